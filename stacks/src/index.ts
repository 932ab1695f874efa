export { type ServedProviders, serveProviders } from "@supalove/components/provider/index.ts";
export {
  NoOutputsError,
  PROJECT_STACKS,
  type ProjectOutputs,
  type ProjectRun,
  projectProgram,
  projectRun,
  UnsupportedPlanError,
} from "./projectProgram.ts";
