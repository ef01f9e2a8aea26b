/** What stands below the nodes of the tree, as the address keeps it; and what drivers did together. */

import { useTranslation } from "react-i18next";
import type { Tree } from "@/api/types";
import type { Format } from "@/kit/use";
import { useStepName } from "./steps";

export type Opened = { node: string; by: string };
const MOST = 6;

/** Read `node|dimension~node|dimension`. */
export function readOpened(text: string | undefined): Opened[] {
  return (text ?? "")
    .split("~")
    .map((entry) => {
      const at = entry.lastIndexOf("|");
      return { node: entry.slice(0, at), by: entry.slice(at + 1) };
    })
    .filter((one) => one.node.length > 0 && /^[a-z_]{1,80}$/.test(one.by))
    .slice(0, MOST);
}

/** Write what is open; undefined when nothing is. */
export function writeOpened(opened: Opened[]): string | undefined {
  return opened.map((one) => `${one.node}|${one.by}`).join("~") || undefined;
}

/** A short name of what is open: the value or metric it stands below, and the dimension. */
export function openedText(
  one: Opened,
  name: (field: string) => string,
  metric: (name: string) => string = (id) => id,
  value: (field: string, value: string) => string = (_, text) => text,
): string {
  const last = one.node.split("/").at(-1) ?? one.node;
  const at = last.indexOf("=");
  const above = at > 0 ? value(last.slice(0, at), last.slice(at + 1)) : metric(last.split(".").at(-1) ?? last);
  return `${above} \u203A ${name(one.by)}`;
}

/** Say what drivers did together, the most money first. */
export function Together({ tree, format }: { tree: Tree; format: Format }) {
  const { t } = useTranslation();
  const step = useStepName(format);
  const shown = tree.interactions.slice(0, 2);
  if (!shown.length) return null;
  const name = (id: string) => {
    const node = tree.nodes.find((one) => one.id === id);
    const short = step({ node: id, kind: "part", amount: "0", label: { en: "", zh: "" } });
    return short.split("\u00b7").at(-1)?.trim() || format.say(node?.title);
  };
  return (
    <p className="tree-together muted num" title={t("below.togetherHint")}>
      {t("below.together")}:{" "}
      {shown.map((one, place) => (
        <span key={one.nodes.join(" ")}>
          {place ? " \u00b7 " : ""}
          {one.nodes.map(name).join(" \u00d7 ")} <span className="whole">{format.brief(one.amount, "money", { sign: true })}</span>
        </span>
      ))}
    </p>
  );
}
