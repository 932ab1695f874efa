import { loadImagesConfig } from "@supalove/images/config.ts";
import { findDebianMirror } from "@supalove/images/debianMirror.ts";
import { DebianMirrorError } from "@supalove/images/errors.ts";
import { z } from "zod";
import type { CliConfig } from "../config.ts";
import { CliError } from "../errors.ts";

/**
 * Why the image that all others start from can't be made on this machine; undefined where it can. It is Debian's: a
 * machine that runs Ubuntu has no source of Debian's packages by itself.
 * @param root where the machine's `/etc` is looked for
 */
export async function baseImageProblem(
  config: Pick<CliConfig, "env">,
  root = "/",
  uid = process.getuid?.(),
): Promise<CliError | undefined> {
  try {
    await findDebianMirror(loadImagesConfig({ ...config.env }), root);
  } catch (error) {
    if (error instanceof DebianMirrorError) {
      const [problem = "", nextStep] = error.message.split(": ");
      return new CliError(`no Debian mirror to make the base image from: ${problem}`, nextStep, { cause: error });
    }
    if (error instanceof z.ZodError) {
      const [issue] = error.issues;
      return new CliError(`${issue?.path.join(".")}: ${issue?.message}`, "correct that environment variable");
    }
    throw error;
  }
  if (uid === 0) return undefined;
  return new CliError("the base image can only be made by root", "run ./supalove setup once with sudo");
}
