"use client";

import type { Project } from "@supalove/contracts/api/index.ts";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { SelectField } from "../../../ui/Field.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { askForPreview } from "../../previews/wish.ts";
import { OVERLAPS } from "../overlaps.ts";
import { isActive } from "../status.ts";

/** New keys, the end of the old ones, and new database passwords; each ends in a preview like every other change. */
export function KeysAndPasswords({ project }: { readonly project: Project }) {
  const router = useRouter();
  const { ref, status, previous_keys_until: until } = project;
  const [hours, setHours] = useState<number>(OVERLAPS.usual);
  const ask = useMutation({
    mutationFn: (body: Readonly<Record<string, unknown>>) =>
      askForPreview({ path: `/v1/projects/${ref}/previews`, body }),
    onSuccess: ({ id }) => router.push(`/previews/${id}`),
  });
  const busy = ask.isPending || ask.isSuccess;
  return (
    <Panel title="Keys and passwords" about="Make them anew when somebody who knows them should not any more.">
      <div className="flex flex-col gap-6">
        {until === null ? (
          <div className="flex flex-col gap-3">
            <SelectField
              label="Old keys are accepted"
              hint="Time for your apps to take the new keys. People who are signed in stay so for as long."
              value={hours}
              onChange={({ target }) => setHours(Number(target.value))}
            >
              {OVERLAPS.choices.map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </SelectField>
            <div>
              <Button
                busy={busy}
                disabled={!isActive(status)}
                onClick={() => ask.mutate({ rotate_keys: { overlap_hours: hours } })}
              >
                Rotate keys
              </Button>
            </div>
          </div>
        ) : (
          <div className="flex flex-col gap-3">
            <p className="text-sm">
              The keys were rotated. The old ones are accepted until their overlap ends, <Moment at={until} coming />.
              Until then there can be no other rotation.
            </p>
            <div>
              <Button busy={busy} disabled={!isActive(status)} onClick={() => ask.mutate({ end_key_overlap: true })}>
                End the overlap
              </Button>
            </div>
          </div>
        )}
        <div className="flex flex-col gap-3 border-t pt-5">
          <p className="text-sm text-muted">
            The passwords of the database’s logins. Connections that are open stay; new ones need the new password.
          </p>
          <div>
            <Button busy={busy} disabled={!isActive(status)} onClick={() => ask.mutate({ rotate_passwords: true })}>
              Rotate database passwords
            </Button>
          </div>
        </div>
        {ask.isError && <FailureNote error={ask.error} doing="preview the rotation" />}
      </div>
    </Panel>
  );
}
