/** An alert: what is wrong, since how long, and what to do about it. */
interface Alert {
  readonly name: string;
  readonly expr: string;
  /** How long it must hold; short moments are no alert. */
  readonly for: string;
  readonly severity: "page" | "ticket";
  readonly summary: string;
  readonly action: string;
}

const ALERTS: Readonly<Record<string, readonly Alert[]>> = {
  parts: [
    {
      name: "PartDown",
      expr: "up == 0",
      for: "2m",
      severity: "page",
      summary: "{{ $labels.job }} does not answer",
      action: "look at `./supalove status` and `./supalove logs {{ $labels.job }}`",
    },
    {
      name: "PartRestarts",
      expr: "changes(process_start_time_seconds[30m]) > 3",
      for: "0m",
      severity: "page",
      summary: "{{ $labels.job }} started {{ $value }} times within half an hour",
      action: "look at `./supalove logs {{ $labels.job }}`; out of memory shows in `./supalove status`",
    },
    {
      name: "EventLoopBlocked",
      expr: "nodejs_eventloop_lag_p99_seconds > 0.5",
      for: "5m",
      severity: "ticket",
      summary: "{{ $labels.job }} is busy with itself: requests wait {{ $value | humanizeDuration }}",
      action: "look at the machine's load and the part's request rate",
    },
    {
      name: "DiskAlmostFull",
      // A tenth of a large disk is plenty; twenty gigabytes are not where that is all of it.
      expr: "supalove_disk_free_bytes / supalove_disk_size_bytes < 0.1 and supalove_disk_free_bytes < 20e9",
      for: "5m",
      severity: "page",
      summary: "{{ $value | humanizePercentage }} of the disk of Docker's data is free; Postgres stops on a full one",
      action: "free space as the runbook `The disk is full` says, or give the disk more",
    },
  ],
  api: [
    {
      name: "ApiErrors",
      expr: 'sum(rate(supalove_api_requests_total{status=~"5.."}[5m])) / sum(rate(supalove_api_requests_total[5m])) > 0.05',
      for: "5m",
      severity: "page",
      summary: "{{ $value | humanizePercentage }} of the API's answers are errors of its own",
      action: "look at `./supalove logs api` for the request ids",
    },
    {
      name: "ApiSlow",
      expr: "histogram_quantile(0.99, sum by (le) (rate(supalove_api_request_seconds_bucket[5m]))) > 2.5",
      for: "10m",
      severity: "ticket",
      summary: "one of a hundred API requests takes longer than {{ $value | humanizeDuration }}",
      action: "look at the dashboards `API` and `Postgres`",
    },
  ],
  operations: [
    {
      name: "OperationsFail",
      expr: 'sum(increase(supalove_operations_total{status="failed"}[30m])) > 3',
      for: "0m",
      severity: "page",
      summary: "{{ $value | humanize }} operations failed within half an hour",
      action: "look at `./supalove operations list`",
    },
    {
      name: "OperationsWait",
      expr: "min_over_time(supalove_operations_pending[10m]) > 0 and on () supalove_operations_running == 0",
      for: "5m",
      severity: "page",
      summary: "operations wait and none runs",
      action: "look at `./supalove logs runner`",
    },
    {
      name: "OperationsInterrupted",
      expr: "increase(supalove_operations_interrupted_total[30m]) > 0",
      for: "0m",
      severity: "ticket",
      summary: "{{ $value | humanize }} operations lost their runner and were taken up again",
      action: "look at `./supalove logs runner`",
    },
  ],
  projects: [
    {
      name: "DedicatedProjectUnhealthy",
      // Several runners count the same projects.
      expr: 'max(supalove_projects{plan="dedicated",status="ACTIVE_UNHEALTHY"}) > 0',
      for: "5m",
      severity: "page",
      summary: "{{ $value }} dedicated projects are unhealthy: a container is gone, stands still or does not answer",
      action: "look for ACTIVE_UNHEALTHY in `./supalove projects list`, then go on as the runbook of that name says",
    },
  ],
  dashboard: [
    {
      name: "DashboardErrors",
      expr: 'sum(rate(supalove_dashboard_requests_total{status="5xx"}[5m])) / sum(rate(supalove_dashboard_requests_total[5m])) > 0.05',
      for: "5m",
      severity: "ticket",
      summary: "{{ $value | humanizePercentage }} of the dashboard's answers are errors of its own",
      action: "look at `./supalove logs dashboard` and at the API behind it",
    },
  ],
  gateway: [
    {
      name: "GatewayErrors",
      expr: 'sum(rate(supalove_gateway_requests_total{status=~"5.."}[5m])) / sum(rate(supalove_gateway_requests_total[5m])) > 0.05',
      for: "5m",
      severity: "page",
      summary: "{{ $value | humanizePercentage }} of the tenants' requests end in an error of the platform",
      action: "look at the refusals by code on the dashboard `Gateway`",
    },
    {
      name: "RegistryDisconnected",
      expr: "supalove_gateway_registry_connected == 0",
      for: "2m",
      severity: "page",
      summary: "the gateway hears of no change: new projects, revoked keys and pauses have no effect",
      action: "look at the control database: `./supalove status`",
    },
    {
      name: "GatewayQueue",
      expr: "supalove_gateway_waiting_requests > 100",
      for: "2m",
      severity: "ticket",
      summary: "{{ $value }} requests wait for a place",
      action: "look at processes and refusals on the dashboard `Gateway`",
    },
  ],
  postgres: [
    {
      name: "PostgresDown",
      expr: "pg_up == 0",
      for: "1m",
      severity: "page",
      summary: "the exporter of {{ $labels.job }} can't ask its server",
      action: "look at `./supalove status`",
    },
    {
      name: "PostgresConnections",
      expr: "sum by (job) (supalove_postgres_connections_open) / on (job) supalove_postgres_limit_connections > 0.85",
      for: "2m",
      severity: "page",
      summary: "{{ $value | humanizePercentage }} of the connections of {{ $labels.job }} are taken",
      action: "look for idle ones on the dashboard `Postgres`",
    },
    {
      name: "PostgresLockTable",
      expr: "supalove_postgres_locks_held / on (job) supalove_postgres_limit_locks > 0.5",
      for: "1m",
      severity: "page",
      summary:
        "the lock table of {{ $labels.job }} is {{ $value | humanizePercentage }} full; a full one stops every tenant",
      action: "end the process that holds most: pg_locks grouped by pid",
    },
    {
      name: "PostgresOldTransaction",
      expr: "supalove_postgres_oldest_transaction_seconds > 3600",
      for: "5m",
      severity: "ticket",
      summary: "a transaction of {{ $labels.job }} is {{ $value | humanizeDuration }} old; nothing newer is vacuumed",
      action: "find it in pg_stat_activity by xact_start",
    },
    {
      name: "PostgresLogHeldBack",
      expr: "supalove_postgres_wal_held_by_slot_bytes > 1e9",
      for: "10m",
      severity: "ticket",
      summary: "a replication slot of {{ $labels.job }} holds back {{ $value | humanize1024 }}B of log",
      action: "drop the slot if nobody reads it: pg_replication_slots",
    },
    {
      name: "PostgresWraparound",
      expr: "supalove_postgres_oldest_row_transactions > 1e9",
      for: "30m",
      severity: "ticket",
      summary: "vacuum of {{ $labels.job }} falls behind: the oldest row is {{ $value | humanize }} transactions old",
      action: "find the database: select datname, age(datfrozenxid) from pg_database",
    },
    {
      name: "PostgresNotifications",
      expr: "supalove_postgres_notifications_queue_used > 0.5",
      for: "5m",
      severity: "ticket",
      summary: "the notification queue of {{ $labels.job }} is {{ $value | humanizePercentage }} full",
      action: "end the listener that is idle in a transaction",
    },
  ],
  tenants: [
    {
      name: "TenantSessionsEnded",
      expr: "sum by (reason) (increase(supalove_watchdog_sessions_ended_total[30m])) > 0",
      for: "0m",
      severity: "ticket",
      summary: "{{ $value | humanize }} sessions of tenants were ended for the others' sake: {{ $labels.reason }}",
      action: "look at `./supalove logs runner` for the roles; pause the project if it goes on",
    },
    {
      name: "TenantDatabaseFull",
      expr: 'sum by (state) (increase(supalove_watchdog_quota_changes_total{state!="open"}[30m])) > 0',
      for: "0m",
      severity: "ticket",
      summary: "{{ $value | humanize }} projects grew over their size limit: {{ $labels.state }}",
      action: "look at `./supalove logs runner` for the refs; a larger size gives them more room",
    },
  ],
  identity: [
    {
      name: "SignInsFail",
      expr: 'sum(rate(keycloak_user_events_total{event="login",error!=""}[10m])) > 1',
      for: "10m",
      severity: "ticket",
      summary: "{{ $value | humanize }} sign-ins a second fail: somebody may be trying passwords",
      action: "look at `./supalove logs keycloak` for the addresses",
    },
  ],
};

/** Every alert's expression, for tests against a running Prometheus. */
export const alertExpressions = (): readonly { readonly name: string; readonly expr: string }[] =>
  Object.values(ALERTS).flatMap((alerts) => alerts.map(({ name, expr }) => ({ name, expr })));

/** Prometheus' rules file. As JSON, which is YAML too. */
export function buildAlertRules(): string {
  const groups = Object.entries(ALERTS).map(([name, alerts]) => ({
    name,
    rules: alerts.map(({ name: alert, expr, for: since, severity, summary, action }) => ({
      alert,
      expr,
      for: since,
      labels: { severity },
      annotations: { summary, action },
    })),
  }));
  return `${JSON.stringify({ groups }, null, 2)}\n`;
}
