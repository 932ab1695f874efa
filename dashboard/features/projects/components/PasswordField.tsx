"use client";

import type { Plan } from "@supalove/contracts";
import { Button } from "../../../ui/Button.tsx";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { TextField } from "../../../ui/Field.tsx";

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
const LENGTH = 24;

/** A password with about 140 bits, of characters that need no escaping and can't be mistaken for another. */
export function newPassword(): string {
  // 57 letters: bytes from 228 on would favour the first ones.
  const fair = 4 * ALPHABET.length;
  let password = "";
  while (password.length < LENGTH) {
    for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH))) {
      if (byte < fair && password.length < LENGTH) password += ALPHABET[byte % ALPHABET.length];
    }
  }
  return password;
}

const HINTS: Readonly<Record<Plan, string>> = {
  shared: "For direct connections. Left empty, one is generated; the project's overview shows it when asked.",
  dedicated: "For direct connections, once the settings publish the database. Left empty, one is generated.",
};

interface Props {
  readonly plan: Plan;
  readonly password: string;
  readonly onChange: (password: string) => void;
  readonly error?: string | undefined;
}

/** Password of the project's own login. */
export function PasswordField({ plan, password, onChange, error }: Props) {
  return (
    <TextField
      label="Database password"
      hint={HINTS[plan]}
      value={password}
      onChange={({ target }) => onChange(target.value)}
      error={error}
      className="font-mono"
      trailing={
        <span className="flex shrink-0 items-center gap-2">
          <Button onClick={() => onChange(newPassword())}>Generate</Button>
          {password !== "" && <CopyButton text={password} what="database password" />}
        </span>
      }
    />
  );
}
