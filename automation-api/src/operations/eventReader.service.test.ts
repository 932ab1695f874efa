import { afterAll, beforeAll, expect, it } from "vitest";
import { type ControlCluster, startControlCluster, type TestDatabase } from "../testing/controlDatabase.ts";
import { addOperationRow, addProject } from "../testing/fixtures.ts";
import { EventReader } from "./eventReader.ts";

let cluster: ControlCluster;
let target: TestDatabase;
beforeAll(async () => {
  cluster = await startControlCluster();
  target = await cluster.clone();
});
afterAll(async () => {
  await target?.close();
  await cluster?.stop();
});

/** A reader, and how many times it has asked the database for events. */
function counted() {
  let reads = 0;
  const database = target.owner.$extends({
    query: {
      operationEvent: {
        findMany: ({ args, query }) => {
          reads += 1;
          return query(args);
        },
      },
    },
  });
  return { reader: new EventReader(database as unknown as TestDatabase["owner"]), reads: () => reads };
}
const phase = (name: string) => ({ type: "phase", phase: name, message: name });
const add = (operationId: string, seq: number) =>
  target.owner.operationEvent.create({ data: { operationId, seq, event: phase(`p${seq}`) } });

it("asks once for all who are equally far, and for each place they are at", async () => {
  const id = await addOperationRow(target.owner, await addProject(target.owner), { status: "running" });
  await add(id, 2);
  const { reader, reads } = counted();
  const pages = await Promise.all([...Array.from({ length: 50 }, () => reader.read(id, 0)), reader.read(id, 2)]);
  expect(reads()).toBe(2);
  expect(new Set(pages.slice(0, 50).map(({ events }) => events.at(-1)?.seq))).toEqual(new Set([2]));
  expect(pages[50]).toEqual({ events: [], complete: false, full: false });
});

it("sees what was written before it was asked, whoever else reads at that moment", async () => {
  const id = await addOperationRow(target.owner, await addProject(target.owner), { status: "running" });
  const { reader } = counted();
  let last = 0;
  for (let seq = 2; seq < 30; seq++) {
    const earlier = reader.read(id, last);
    // The earlier read is under way; the answer to it must not be given to who asks later.
    await add(id, seq);
    const { events } = await reader.read(id, last);
    expect(events.at(-1)?.seq).toBe(seq);
    last = seq;
    await earlier;
  }
});

it("tells every follower of an operation that can't be read, and goes on", async () => {
  const id = await addOperationRow(target.owner, await addProject(target.owner), { status: "succeeded" });
  const { reader } = counted();
  const gone = ["op_gone", "op_gone", id].map((operation) => reader.read(operation, 0));
  const ends = await Promise.allSettled(gone);
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
  expect((await reader.read(id, 0)).complete).toBe(true);
});
