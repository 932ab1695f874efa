import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { uniqueName } from "../harness/api.ts";
import { newPerson, type Person } from "../harness/people.ts";
import { instance, platform } from "../harness/platform.ts";

/*
 * Two people share an organization that wants a second person for changes; a third one is of another organization.
 */

interface Preview {
  readonly id: string;
  readonly project_ref: string;
  readonly digest: string;
  readonly status: string;
  readonly confirm: string | null;
  readonly approval: {
    readonly required: boolean;
    readonly can_approve: boolean;
    readonly approved_by: readonly { readonly id: string; readonly name: string }[];
  };
}

let ada: Person;
let ben: Person;
let eve: Person;
let slug: string;
/** Of Ben in Ada's organization. */
let benId: string;
let ref: string;
const name = uniqueName("approved");
const waits = { status: 409, body: { code: "approval_required" } };

const setPolicy = async (approval_policy: string) => {
  const { status, body } = await ada.call(`/v1/organizations/${slug}`, { approval_policy }, "PATCH");
  expect({ status, policy: body["approval_policy"] }).toEqual({ status: 200, policy: approval_policy });
};
const members = "/members";
const organization = (path = "") => `/v1/organizations/${slug}${path}`;

async function previewed(path: string, body: unknown, who = ada): Promise<Preview> {
  const started = await who.call<{ id: string; operation_id: string }>(path, body);
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  expect(await who.ended(started.body.operation_id)).toMatchObject({ status: "succeeded" });
  return (await who.call<Preview>(`/v1/previews/${started.body.id}`)).body;
}
const approve = (who: Person, { id, digest }: Preview) => who.call<Preview>(`/v1/previews/${id}/approve`, { digest });
const apply = (who: Person, { id, project_ref, confirm }: Preview) =>
  who.call<{ operation_id: string }>(`/v1/projects/${project_ref}/operations`, {
    preview_id: id,
    ...(confirm === null ? {} : { confirm }),
  });
async function applied(who: Person, preview: Preview): Promise<void> {
  const { status, body } = await apply(who, preview);
  expect(status, JSON.stringify(body)).toBe(202);
  expect(await who.ended(body.operation_id)).toMatchObject({ status: "succeeded" });
}
/** The command line as one of them. */
const command = (who: Person, ...args: string[]) =>
  execa("./supalove", ["--instance", instance, ...args], {
    cwd: new URL("../../", import.meta.url),
    env: { SUPALOVE_ACCESS_TOKEN: who.token },
    reject: false,
    stdin: "ignore",
  });

beforeAll(async () => {
  [ada, ben, eve] = [await newPerson("ada"), await newPerson("ben"), await newPerson("eve")];
  await ada.arrive();
  await eve.arrive();
  slug = (await ada.call<{ id: string }[]>("/v1/organizations")).body[0]?.id ?? "";
});
afterAll(async () => {
  if (ref === undefined) return;
  await setPolicy("none");
  const gone = await ada.call(`/v1/projects/${ref}?backup=false`, undefined, "DELETE");
  if (gone.status === 200) await ada.ended(gone.body["operation_id"]);
});

describe("people", () => {
  it("are added to an organization once they have signed in", async () => {
    const body = { email: ben.email, role: "administrator" };
    const early = await ada.call(organization(members), body);
    expect(early).toMatchObject({ status: 404, body: { code: "person_not_found" } });
    await ben.arrive();
    const added = await ada.call<{ user_id: string }>(organization(members), body);
    expect(added).toMatchObject({ status: 201, body: { role_name: "Administrator" } });
    benId = added.body.user_id;
    expect((await ben.call<unknown[]>("/v1/organizations")).body).toHaveLength(2);
    const listed = await command(ben, "members", "list", slug);
    expect(listed.stdout).toContain(ada.email);
  });

  it("of another organization see nothing of it", async () => {
    for (const [path, body, method] of [
      [organization(), undefined, "GET"],
      [organization(members), undefined, "GET"],
      [organization(members), { email: eve.email, role: "owner" }, "POST"],
      [organization(), { approval_policy: "none" }, "PATCH"],
      [organization(`${members}/${benId}`), undefined, "DELETE"],
    ] as const) {
      expect(await eve.call(path, body, method)).toMatchObject({
        status: 404,
        body: { code: "organization_not_found" },
      });
    }
  });

  it("who are no owners change neither members nor the policy", async () => {
    for (const [path, body, method] of [
      [organization(), { approval_policy: "none" }, "PATCH"],
      [organization(members), { email: eve.email }, "POST"],
      [organization(`${members}/${benId}`), { role: "owner" }, "PATCH"],
    ] as const) {
      expect(await ben.call(path, body, method)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    }
  });
});

describe("where every change is to be approved", () => {
  it("a project comes to be by a preview that somebody else approved", async () => {
    await setPolicy("always");
    expect(await ada.call("/v1/projects", { name, organization_id: slug })).toMatchObject(waits);
    const preview = await previewed("/v1/previews", { name, organization_id: slug });
    ref = preview.project_ref;
    expect(preview.approval).toMatchObject({ required: true, can_approve: false, approved_by: [] });
    expect(await apply(ada, preview)).toMatchObject(waits);
    expect(await apply(ben, preview)).toMatchObject(waits);
    expect(await approve(ada, preview)).toMatchObject({ status: 409, body: { code: "approval_own_preview" } });
    expect((await approve(ben, preview)).body.approval.approved_by).toMatchObject([{ id: benId }]);
    await applied(ada, preview);
    expect((await ben.call(`/v1/projects/${ref}`)).body).toMatchObject({ name, status: "ACTIVE_HEALTHY" });
  });

  it("one call changes nothing that stays", async () => {
    const before = (await ada.call<unknown[]>(`/v1/operations?project_ref=${ref}`)).body.length;
    for (const [path, body, method] of [
      ["", { size: "small" }, "PATCH"],
      ["", { name: "other" }, "PATCH"],
      ["", undefined, "DELETE"],
      ["/drift/repair", undefined, "POST"],
      ["/database/password", { password: "correct horse battery" }, "PATCH"],
    ] as const) {
      for (const who of [ada, ben]) {
        const answer = await who.call(`/v1/projects/${ref}${path}`, body, method);
        expect(answer, `${method} ${path}`).toMatchObject(waits);
        expect(String(answer.body["next_step"])).toContain("/approve");
      }
    }
    expect((await ada.call<unknown[]>(`/v1/operations?project_ref=${ref}`)).body).toHaveLength(before);
    expect((await ada.call(`/v1/projects/${ref}`)).body).toMatchObject({ name, size: "micro" });
  });

  it("pausing and resuming wait for a second person, too", async () => {
    expect(await ada.call(`/v1/projects/${ref}/pause`, undefined, "POST")).toMatchObject(waits);
    for (const act of ["pause", "resume"]) {
      const preview = await previewed(`/v1/projects/${ref}/previews`, { [act]: true });
      expect(preview.approval).toMatchObject({ required: true });
      expect(await apply(ada, preview)).toMatchObject(waits);
      expect((await approve(ben, preview)).status).toBe(200);
      const started = await apply(ada, preview);
      expect(await ada.ended(String(started.body["operation_id"]))).toMatchObject({ kind: act, status: "succeeded" });
    }
  });

  it("somebody of another organization can neither see nor approve a preview, nor apply it", async () => {
    const preview = await previewed(`/v1/projects/${ref}/previews`, { size: "small" });
    const unknown = { status: 404, body: { code: "preview_not_found" } };
    expect(await eve.call(`/v1/previews/${preview.id}`)).toMatchObject(unknown);
    expect(await approve(eve, preview)).toMatchObject(unknown);
    expect(await eve.call(`/v1/previews/${preview.id}/approve`, undefined, "DELETE")).toMatchObject(unknown);
    expect((await apply(eve, preview)).status).toBe(404);
    expect((await ada.call<Preview>(`/v1/previews/${preview.id}`)).body.approval.approved_by).toEqual([]);
  });

  it("the command line says what is missing, approves what was looked at, and applies", async () => {
    const preview = await previewed(`/v1/projects/${ref}/previews`, { size: "small" });
    const early = await command(ada, "projects", "apply", preview.id);
    expect(early).toMatchObject({ exitCode: 1, stdout: "" });
    expect(early.stderr).toMatch(/second person.*\n.*projects approve/);
    const direct = await command(ada, "projects", "update", ref, "--size", "small");
    expect(direct.stderr).toMatch(/approval_required.*\n.*projects preview/);
    const rotated = await command(ada, "projects", "rotate-keys", ref, "--yes");
    expect(rotated.stderr).toMatch(/second person.*\n.*projects approve prv_.*projects apply prv_/);
    const own = await command(ada, "projects", "approve", preview.id, "--digest", preview.digest);
    expect(own.stderr).toContain("approval_own_preview");
    const other = await command(ben, "projects", "approve", preview.id, "--digest", `sha256:${"0".repeat(64)}`);
    expect(other.stderr).toContain("approval_outdated");
    const asked = await command(ben, "projects", "approve", preview.id);
    expect(asked.stderr).toContain("size micro -> small");
    expect(asked.stderr).toContain(`--digest ${preview.digest}`);
    const approved = await command(ben, "projects", "approve", preview.id, "--digest", preview.digest);
    expect(approved).toMatchObject({ exitCode: 0 });
    expect(approved.stdout).toMatch(/approved by/);
    const done = await command(ada, "projects", "apply", preview.id);
    expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    expect((await ada.call(`/v1/projects/${ref}`)).body).toMatchObject({ size: "small" });
  });

  it("an approval goes with who leaves, and comes back with nobody", async () => {
    const preview = await previewed(`/v1/projects/${ref}/previews`, { size: "micro" });
    await approve(ben, preview);
    expect((await ada.call(organization(`${members}/${benId}`), { role: "developer" }, "PATCH")).status).toBe(200);
    expect(await apply(ada, preview)).toMatchObject(waits);
    expect(await approve(ben, preview)).toMatchObject({ status: 403 });
    expect((await ada.call(organization(`${members}/${benId}`), { role: "administrator" }, "PATCH")).status).toBe(200);
    expect((await ada.call(organization(`${members}/${benId}`), undefined, "DELETE")).status).toBe(200);
    expect((await ada.call(organization(members), { email: ben.email, role: "administrator" })).status).toBe(201);
    expect(await apply(ada, preview)).toMatchObject(waits);
  });
});

describe("where only what loses data is to be approved", () => {
  it("one call changes the project, and none deletes it", async () => {
    await setPolicy("destructive");
    const changed = await ada.call(`/v1/projects/${ref}`, { size: "micro" }, "PATCH");
    expect(changed.status, JSON.stringify(changed.body)).toBe(200);
    expect(await ada.ended(changed.body["operation_id"])).toMatchObject({ status: "succeeded" });
    expect((await ada.call(`/v1/projects/${ref}`)).body).toMatchObject({ size: "micro" });
    const events = await fetch(`${(await platform()).urls.api}/v1/operations/${changed.body["operation_id"]}/events`, {
      headers: { authorization: `Bearer ${ada.token}` },
    });
    expect(await events.text()).toContain("loss_look");
    expect(await ada.call(`/v1/projects/${ref}`, undefined, "DELETE")).toMatchObject(waits);
  });

  it("a deletion is approved by somebody else, and done by them", async () => {
    const preview = await previewed(`/v1/projects/${ref}/previews`, { delete: true, backup: false });
    expect(preview.approval.required).toBe(true);
    expect(await apply(ben, preview)).toMatchObject(waits);
    expect((await approve(ben, preview)).status).toBe(200);
    await applied(ben, preview);
    expect((await ada.call(`/v1/projects/${ref}`)).status).toBe(404);
  });
});

describe("a member who is removed", () => {
  it("is out at once, with their token and with what they follow", async () => {
    await setPolicy("none");
    const made = await ada.call<{ ref: string; operation_id: string }>("/v1/projects", {
      name: uniqueName("left"),
      organization_id: slug,
    });
    ref = made.body.ref;
    await ada.ended(made.body.operation_id);
    const paused = await ada.call<{ operation_id: string }>(`/v1/projects/${ref}/pause`, undefined, "POST");
    const { urls } = await platform();
    const follow = () =>
      fetch(`${urls.api}/v1/operations/${paused.body.operation_id}/events`, {
        headers: { authorization: `Bearer ${ben.token}` },
      });
    const stream = await follow();
    expect(stream.status).toBe(200);
    expect((await ada.call(organization(`${members}/${benId}`), undefined, "DELETE")).status).toBe(200);
    await stream.text();
    expect((await follow()).status).toBe(404);
    for (const path of [`/v1/projects/${ref}`, organization(), organization(members)]) {
      expect((await ben.call(path)).status, path).toBe(404);
    }
    expect((await ben.call<unknown[]>("/v1/projects")).body).toEqual([]);
    await ada.ended(paused.body.operation_id);
  });

  it("can't be the last owner", async () => {
    const [owner] = (await ada.call<{ user_id: string }[]>(organization(members))).body;
    const left = await ada.call(organization(`${members}/${owner?.user_id}`), undefined, "DELETE");
    expect(left).toMatchObject({ status: 409, body: { code: "last_owner" } });
  });
});
