import { SqlEditorLoader } from "./SqlEditorLoader.tsx";

/** The SQL editor; its parts are loaded when it is opened. */
export function SqlEditorPage({ projectRef }: { readonly projectRef: string }) {
  return <SqlEditorLoader projectRef={projectRef} />;
}
