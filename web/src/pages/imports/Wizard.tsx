/** The wizard: choose a file, match its columns, look at its first rows, try it, bring it in. */

import { ArrowLeftOutlined } from "@ant-design/icons";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Steps } from "antd";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type FileBody, type Mapping, type Sniff, sniff, uploadOptions } from "@/api/imports";
import { Page } from "@/kit/Page";
import { Bone, Empty, ErrorPanel } from "@/kit/states";
import type { ImportsSearch } from "@/shell/router";
import { CheckRows } from "./CheckRows";
import { ChooseFile } from "./ChooseFile";
import { LoadFile } from "./LoadFile";
import { MatchColumns } from "./MatchColumns";

export const STEPS = ["file", "map", "check", "load"] as const;
export type Step = (typeof STEPS)[number];
/** What is decided so far about a file. */
export type Draft = { upload: string; name: string; guess: Sniff; kind: string; mapping: Mapping };

type Props = { search: ImportsSearch; go: (patch: ImportsSearch) => void };

/** The file of the address, looked at: also after the page was loaded again. */
function useDraft(upload: string | undefined) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const file = useQuery({ ...uploadOptions(upload ?? ""), enabled: upload !== undefined, retry: false });
  const look = useMutation({
    mutationFn: ({ kind, how }: { kind: string | null; how: Partial<FileBody> }) => sniff(upload ?? "", kind, how),
    onSuccess: (guess) => setDraft({ upload: upload ?? "", name: file.data?.name ?? "", guess, kind: guess.kind, mapping: guess.mapping }),
  });
  const { mutate } = look;
  const whole = file.data?.whole ?? false;
  useEffect(() => {
    setDraft(null);
    if (upload && whole) mutate({ kind: null, how: {} });
  }, [upload, whole, mutate]);
  return { draft: draft?.upload === upload ? draft : null, setDraft, file, look };
}

/** Show the wizard. */
export function Wizard({ search, go }: Props) {
  const { t } = useTranslation();
  const asked = STEPS.find((value) => value === search.step) ?? "file";
  const { draft, setDraft, file, look } = useDraft(search.upload);
  const step: Step = search.upload ? asked : "file";
  const to = useCallback((next: Step) => go({ step: next }), [go]);
  const at = STEPS.indexOf(step);
  const lost = file.error ?? look.error;
  return (
    <Page
      title={search.batch ? t("wizard.replaceTitle", { batch: search.batch }) : t("wizard.title")}
      answer={draft ? `${draft.name}` : "\u00a0"}
      aside={
        <Button icon={<ArrowLeftOutlined />} onClick={() => go({ step: undefined, upload: undefined })}>
          {t("wizard.back")}
        </Button>
      }
      filters={
        <Steps
          size="small"
          className="wizard-steps"
          current={at}
          items={STEPS.map((value, index) => ({
            title: t(`wizard.step.value.${value}`),
            disabled: index > at || (index > 0 && !draft),
          }))}
          onChange={(index) => {
            const next = STEPS[index];
            if (next) to(next);
          }}
        />
      }
      fill
    >
      {step === "file" ? <ChooseFile done={(upload) => go({ upload, step: "map" })} /> : null}
      {step !== "file" && lost && !draft ? (
        <>
          <ErrorPanel error={lost} what={t("wizard.title")} retry={() => (file.error ? void file.refetch() : look.mutate({ kind: null, how: {} }))} />
          <Button onClick={() => go({ step: "file", upload: undefined })}>{t("wizard.another")}</Button>
        </>
      ) : null}
      {step !== "file" && !lost && !draft ? (
        file.data && !file.data.whole ? (
          <Empty title={t("wizard.expired")} text={t("wizard.tooSlow")} />
        ) : (
          <div role="status" aria-busy="true" data-state="loading" className="loading">
            <Bone height="100%" />
          </div>
        )
      ) : null}
      {draft && step === "map" ? (
        <MatchColumns
          draft={draft}
          change={(patch) => setDraft({ ...draft, ...patch })}
          look={(kind, how) => look.mutate({ kind, how })}
          busy={look.isPending}
          error={look.error}
          next={() => to("check")}
        />
      ) : null}
      {draft && step === "check" ? <CheckRows draft={draft} back={() => to("map")} next={() => to("load")} /> : null}
      {draft && step === "load" ? (
        <LoadFile draft={draft} replaces={search.batch} go={go} again={() => go({ step: "file", upload: undefined, batch: undefined })} />
      ) : null}
    </Page>
  );
}
