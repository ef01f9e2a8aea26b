/** Make or change a segment: its condition with a live count beside it, its words, and what keeps people out. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input, Segmented, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { knownOptions } from "@/api/analyses";
import { previewOptions, type SegmentFull, saveSegment, segmentKeys } from "@/api/segments";
import { SidePane } from "@/kit/SidePane";
import { Bone, ErrorPanel, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { ConditionEditor } from "./ConditionEditor";
import { fresh, type Node, parsed, ready } from "./condition";
import { Kills } from "./SegmentParts";
import "@/pages/analyses/analysis.css";

const WAIT_MS = 500;
const KINDS = ["live", "snapshot", "list"] as const;
type Kind = (typeof KINDS)[number];
type Props = { open: boolean; segment: SegmentFull | null; close: () => void; saved: (name: string) => void };
const START: Node = { all: [fresh("did")] };
const NAME = /^[a-z0-9][a-z0-9_-]{0,59}$/;

/** Show the pane while `open`. */
export function SegmentBuilder({ open, segment, close, saved }: Props) {
  const { t } = useTranslation();
  return (
    <SidePane open={open} title={segment ? t("segments.change") : t("segments.make")} close={close} width={860} testid="builder">
      {open ? <Form key={segment?.name ?? ""} segment={segment} saved={saved} /> : null}
    </SidePane>
  );
}

function Form({ segment, saved }: Pick<Props, "segment" | "saved">) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const format = useFormat();
  const [kind, setKind] = useState<Kind>(segment?.kind ?? "live");
  const [name, setName] = useState(segment?.name ?? "");
  const [title, setTitle] = useState(segment ? format.say(segment.title) : "");
  const [node, setNode] = useState<Node>((segment?.body.condition as Node | undefined) ?? START);
  const [reason, setReason] = useState("");
  const save = useMutation({
    mutationFn: () => {
      const words = segment ? { ...segment.title, [format.language]: title } : { en: title, zh: title };
      const body = {
        segment: name,
        kind,
        title: words,
        ...(kind === "list" ? {} : { condition: node }),
        note: segment?.note ?? "",
        owner: segment?.owner ?? "",
      };
      return saveSegment(body, segment?.newest ?? 0, reason);
    },
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: segmentKeys.all });
      saved(made.name);
    },
  });
  const whole = NAME.test(name) && title.trim() !== "" && reason.trim().length > 2 && (kind === "list" || ready(node));
  return (
    <div className="segment-builder">
      <div className="segment-names">
        <Input
          aria-label={t("segments.titleWord")}
          placeholder={t("segments.titleWord")}
          maxLength={120}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <Input
          aria-label={t("segments.nameWord")}
          placeholder={t("segments.nameHint")}
          maxLength={60}
          disabled={segment !== null}
          status={name && !NAME.test(name) ? "error" : ""}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Select
          aria-label={t("segments.kindWord")}
          disabled={segment !== null}
          value={kind}
          options={KINDS.map((one) => ({ value: one, label: t(`segments.kind.${one}`) }))}
          onChange={setKind}
        />
      </div>
      <p className="muted">{t(`segments.kindHint.${kind}`)}</p>
      {kind === "list" ? null : <Conditions node={node} change={setNode} />}
      <Input
        aria-label={t("segments.reason")}
        placeholder={t("segments.reason")}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {save.error ? <ErrorPanel error={save.error} what={t("segments.one")} /> : null}
      <Button type="primary" disabled={!whole} loading={save.isPending} onClick={() => save.mutate()}>
        {t("segments.save")}
      </Button>
    </div>
  );
}

function Conditions({ node, change }: { node: Node; change: (node: Node) => void }) {
  const { t } = useTranslation();
  const known = useQuery(knownOptions());
  const [view, setView] = useState<"form" | "json">("form");
  return (
    <>
      <Segmented<"form" | "json">
        size="small"
        value={view}
        options={[
          { value: "form", label: t("segments.form") },
          { value: "json", label: "JSON" },
        ]}
        onChange={setView}
      />
      {view === "json" ? (
        <Written node={node} change={change} />
      ) : (
        <Shown query={known} what={t("segments.condition")} permission="metrics.read" skeleton={<Bone height={120} />}>
          {(data) => <ConditionEditor node={node} known={data} change={change} />}
        </Shown>
      )}
      <Live node={node} />
    </>
  );
}

function Written({ node, change }: { node: Node; change: (node: Node) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => JSON.stringify(node, null, 2));
  const wrong = parsed(text) === null;
  return (
    <>
      <Input.TextArea
        aria-label={t("segments.json")}
        rows={14}
        status={wrong ? "error" : ""}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          const found = parsed(event.target.value);
          if (found) change(found);
        }}
      />
      {wrong ? <p role="alert">{t("segments.noJson")}</p> : null}
    </>
  );
}

/** What was last said so long ago that nobody is typing any more. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), WAIT_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function Live({ node }: { node: Node }) {
  const { t } = useTranslation();
  const format = useFormat();
  const settled = useSettled(node);
  const asked = ready(settled);
  const query = useQuery({ ...previewOptions(settled), enabled: asked, placeholderData: (before) => before });
  if (!asked) return <p className="segment-live muted">{t("segments.unready")}</p>;
  return (
    <section className="segment-live" aria-live="polite" aria-label={t("segments.live")}>
      <Shown query={query} what={t("segments.live")} permission="audiences.read" skeleton={<Bone height={90} />}>
        {(found) => (
          <>
            <p>
              <strong className="num">{format.count(found.people)}</strong> {t("segments.peopleNow")}
            </p>
            <p>{format.say(found.sentence)}</p>
            {found.warnings.map((warning) => (
              <Alert key={warning} type="warning" showIcon message={warning} />
            ))}
            <Kills people={found.people} kills={found.kills} />
          </>
        )}
      </Shown>
    </section>
  );
}
