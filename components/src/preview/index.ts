export { changeSentences, isDestructive } from "./changeWords.ts";
export { plannedChanges, summarize } from "./plannedChanges.ts";
export { deletionSteps, type PlannedStep, plannedStep, type StateResource } from "./plannedStep.ts";
export { canonical, KNOWN_LATER } from "./propertyValue.ts";
export { encodings, type Json, Redactor } from "./redactor.ts";
export { collectSecrets } from "./secretCollector.ts";
export { SETTINGS_TYPE, settingsStep } from "./settingsStep.ts";
export { revealStateSecrets, secretsIn } from "./stateSecrets.ts";
