"use client";

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { PostgreSQL, sql } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type RefObject, useEffect, useImperativeHandle, useRef } from "react";
import { useNonce } from "../../../lib/NonceContext.tsx";

/** What the page does with the editor. */
export interface CodeEditorHandle {
  /** The selected text, or all of it, and where in the text it begins. */
  chosen(): { readonly query: string; readonly from: number };
  /** Marks a place of the text as wrong and goes there. */
  markError(offset: number, message: string): void;
  clearErrors(): void;
}

interface Props {
  readonly handle: RefObject<CodeEditorHandle | null>;
  readonly initial: string;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--c-accent)", fontWeight: "500" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--c-add)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--c-edit)" },
  { tag: [tags.comment], color: "var(--c-muted)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--c-swap)" },
]);

const look = EditorView.theme({
  "&": { fontSize: "13px", backgroundColor: "var(--c-surface)", color: "var(--c-text)", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono, monospace)", lineHeight: "1.6" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--c-text)" },
  ".cm-cursor": { borderLeftColor: "var(--c-text)" },
  ".cm-gutters": { backgroundColor: "var(--c-surface)", color: "var(--c-muted)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 10px 0 14px" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--c-sunken) 60%, transparent)" },
  ".cm-placeholder": { color: "var(--c-muted)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--c-accent-soft)",
  },
  ".cm-tooltip": { backgroundColor: "var(--c-surface)", border: "1px solid var(--c-line)", color: "var(--c-text)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--c-cut)" },
});

/** A SQL editor. `Ctrl`/`Cmd` + `Enter` runs; `Tab` leaves it, so that it is no trap for the keyboard. */
export function CodeEditor({ handle, initial, onChange, onRun }: Props) {
  const nonce = useNonce();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const callbacks = useRef({ onChange, onRun });
  callbacks.current = { onChange, onRun };
  const start = useRef(initial);

  useEffect(() => {
    if (host.current === null) return;
    const run = () => {
      callbacks.current.onRun();
      return true;
    };
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: start.current,
        extensions: [
          EditorView.cspNonce.of(nonce),
          lineNumbers(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          sql({ dialect: PostgreSQL }),
          syntaxHighlighting(colours),
          placeholder("select * from …"),
          look,
          Prec.highest(keymap.of([{ key: "Mod-Enter", run }])),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": "SQL", tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) callbacks.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    made.focus();
    return () => made.destroy();
  }, [nonce]);

  useImperativeHandle(handle, () => ({
    chosen() {
      const { state } = view.current ?? {};
      if (state === undefined) return { query: "", from: 0 };
      const { from, to, empty } = state.selection.main;
      return empty ? { query: state.doc.toString(), from: 0 } : { query: state.sliceDoc(from, to), from };
    },
    markError(offset, message) {
      const editor = view.current;
      if (editor === null) return;
      const from = Math.min(offset, editor.state.doc.length);
      const to = editor.state.wordAt(from)?.to ?? Math.min(from + 1, editor.state.doc.length);
      editor.dispatch(setDiagnostics(editor.state, [{ from, to, severity: "error", message }]));
      editor.dispatch({ selection: { anchor: from }, scrollIntoView: true });
      editor.focus();
    },
    clearErrors() {
      const editor = view.current;
      if (editor !== null) editor.dispatch(setDiagnostics(editor.state, []));
    },
  }));

  return <div ref={host} className="h-64 overflow-hidden md:h-72" />;
}
