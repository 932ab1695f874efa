"use client";

import dynamic from "next/dynamic";
import { Loading } from "../../../ui/Loading.tsx";

/** The editor needs a browser, and is by far the largest part of the console. */
export const SqlEditorLoader = dynamic(() => import("./SqlEditor.tsx").then(({ SqlEditor }) => SqlEditor), {
  ssr: false,
  loading: () => <Loading what="the editor" />,
});
