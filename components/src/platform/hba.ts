/** One line of a `pg_hba.conf`. */
function rule(type: "local" | "host", database: string, user: string, address: string, method: string): string {
  return [type, database, user, address, method].filter((field) => field !== "").join(" ");
}

/** The socket lies inside the container: only the server's own user may use it, and only as the superuser. */
const CONTAINER_ADMIN = (superuser: string) => rule("local", "all", superuser, "", "peer map=container");
const MONITOR = rule("host", "postgres", "supalove_monitor", "samenet", "scram-sha-256");
const file = (lines: readonly string[]) => `${lines.join("\n")}\n`;

/**
 * Who may connect to the control database: each service to the one database it works in, from the platform's own networks.
 */
export function controlDatabaseHba(superuser: string): string {
  return file([
    CONTAINER_ADMIN(superuser),
    rule("host", "all", superuser, "samenet", "scram-sha-256"),
    MONITOR,
    rule("host", "supalove", "supalove_runner,supalove_api,supalove_data_plane", "samenet", "scram-sha-256"),
    rule("host", "pulumi", "supalove_pulumi", "samenet", "scram-sha-256"),
    rule("host", "keycloak", "keycloak", "samenet", "scram-sha-256"),
    rule("host", "all", "all", "all", "reject"),
  ]);
}

/**
 * Who may connect to the shared cluster. `samerole` lets a login only into the database that is named like a group it is a
 * member of: a second barrier behind the CONNECT right. There is no line for replication, so no tenant can ask for it.
 */
export function sharedClusterHba(superuser: string): string {
  return file([
    CONTAINER_ADMIN(superuser),
    rule("host", "all", superuser, "samenet", "scram-sha-256"),
    MONITOR,
    rule("host", "samerole", "all", "all", "scram-sha-256"),
    rule("host", "all", "all", "all", "reject"),
  ]);
}
