export { type ServedProviders, serveProviders } from "@supalove/components/provider/index.ts";
export {
  NoOutputsError,
  PROJECT_STACKS,
  type ProgramOutputs,
  type ProjectRun,
  projectProgram,
  projectRun,
  WrongPlaceError,
} from "./projectProgram.ts";
