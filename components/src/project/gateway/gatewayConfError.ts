/** An option that no gateway can be built from. Its message names the option and never quotes a key. */
export class GatewayConfError extends Error {
  override readonly name = "GatewayConfError";
  /** Path of the option, e.g. `routes[0].target`. */
  readonly option: string;

  constructor(option: string, reason: string) {
    super(`${option} ${reason}`);
    this.option = option;
  }
}
