import { describe, expect, it } from "vitest";
import { ROUTES } from "../api/routes/index.ts";
import { loadOperation } from "../operations/loadOperation.ts";
import { loadMember } from "../organizations/loadMember.ts";
import { loadOrganization } from "../organizations/loadOrganization.ts";
import { loadApplyTarget, loadPreview, loadProjectPreview } from "../previews/loadPreview.ts";
import { loadProject } from "../projects/loadProject.ts";
import { buildOpenApi } from "./openapi.ts";

describe("routes", () => {
  it("have one name each, and one handler a method and path", () => {
    const names = ROUTES.map((route) => route.operation);
    expect(new Set(names).size).toBe(names.length);
    const places = ROUTES.map((route) => `${route.method} ${route.path}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it("check who may see what their path names, every one of them", () => {
    // Below a project, but about something that is there before or after it.
    const others: Readonly<Record<string, unknown>> = {
      getProjectPreview: loadProjectPreview,
      approveProjectPreview: loadProjectPreview,
      withdrawProjectApproval: loadProjectPreview,
      applyPreview: loadApplyTarget,
    };
    for (const route of ROUTES) {
      const below = others[route.operation] ?? loadProject;
      if (route.path.startsWith("/projects/{ref}")) expect(route.load, route.operation).toBe(below);
      if (route.path.startsWith("/previews/{id}")) expect(route.load, route.operation).toBe(loadPreview);
      if (route.path === "/organizations/{slug}/members/{user_id}")
        expect(route.load, route.operation).toBe(loadMember);
      else if (route.path.startsWith("/organizations/{slug}"))
        expect(route.load, route.operation).toBe(loadOrganization);
      if (route.path.startsWith("/operations/{id}")) expect(route.load, route.operation).toBe(loadOperation);
    }
  });

  it("ask for a caller, health aside", () => {
    const open = ROUTES.filter((route) => route.scope === undefined).map((route) => route.operation);
    expect(open.sort()).toEqual(["getHealth", "getReadiness"]);
  });
});

describe("buildOpenApi", () => {
  it("describes every route with its answers and errors", () => {
    const document = JSON.parse(JSON.stringify(buildOpenApi(ROUTES, "http://localhost:8000", "1.0.0"))) as {
      paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
      components: { schemas: Record<string, unknown> };
    };
    for (const route of ROUTES) {
      const described = document.paths[`/v1${route.path}`]?.[route.method];
      expect(described?.operationId).toBe(route.operation);
      expect(Object.keys(described?.responses ?? {})).toContain(String(route.response.status));
      if (route.scope !== undefined) expect(Object.keys(described?.responses ?? {})).toContain("401");
    }
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(["CreateProject", "CreatedProject", "Project", "Operation", "Error"]),
    );
  });
});
