import { parseEnv } from "../config/parseEnv.ts";
import { EngineEnv, engineSettings } from "../engine/engineSettings.ts";
import { serveEngine } from "../engine/serveEngine.ts";

/* Engine process of one operation: started ahead of time, it has everything imported when its command comes. */
await serveEngine(engineSettings(parseEnv(EngineEnv, "engine process")));
