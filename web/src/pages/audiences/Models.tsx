/** Models: what can be predicted, whether it beats the simple way, and which version is used; a card each. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { activateModel, type ModelRow, modelKeys, modelsOptions, trainModel } from "@/api/models";
import { JobLine } from "@/kit/JobLine";
import { Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Bone, ErrorPanel, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { ModelCardView } from "./ModelCard";
import "@/kit/parts.css";
import "./segments.css";

/** Show the page. */
export function ModelsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = useSearch({ from: "/desk/people/models" });
  const navigate = useNavigate({ from: "/people/models" });
  const query = useQuery(modelsOptions());
  const rows = query.data?.items ?? [];
  const close = useCallback(() => void navigate({ search: {} }), [navigate]);
  const used = rows.filter((one) => one.used);
  return (
    <Page title={t("models.page")} answer={query.data ? t("models.answer", { used: used.length, all: rows.length }) : "\u00a0"}>
      <Shown query={query} what={t("models.page")} permission="audiences.read" skeleton={<Bone height={300} />}>
        {(found) => (
          <Panel title={t("models.list")} hint={t("models.listHint")}>
            <Sheet<ModelRow>
              label={t("models.list")}
              rows={found.items}
              rowKey={(row) => row.name}
              open={(row) => void navigate({ search: { model: row.name } })}
              columns={[
                {
                  key: "title",
                  title: t("models.what"),
                  cell: (row) => (
                    <span className="segment-title">
                      <strong>{format.say(row.title)}</strong>
                      <span className="muted">{t("models.against", { baseline: row.baseline.replaceAll("_", " ") })}</span>
                    </span>
                  ),
                },
                {
                  key: "used",
                  title: t("models.used"),
                  width: 180,
                  cell: (row) => (row.used ? t("models.version", { version: row.used.version }) : "\u2014"),
                },
                {
                  key: "newest",
                  title: t("models.newest"),
                  width: 240,
                  cell: (row) =>
                    row.newest
                      ? `${t("models.version", { version: row.newest.version })} \u00b7 ${t(`models.state.${row.newest.state}`)}`
                      : t("models.none"),
                },
                {
                  key: "gain",
                  title: t("models.gain"),
                  number: true,
                  width: 170,
                  cell: (row) => (row.newest ? gained(row.newest.difference) : "\u2014"),
                },
              ]}
            />
          </Panel>
        )}
      </Shown>
      <SidePane open={search.model !== undefined} title={t("models.card")} close={close} width={760} testid="model">
        {search.model === undefined ? null : <One key={search.model} row={rows.find((one) => one.name === search.model)} name={search.model} />}
      </SidePane>
    </Page>
  );
}

/** A difference of AUC with its interval of 95 %. */
export const gained = (one: { value: number; low: number; high: number }): string =>
  `${one.value < 0 ? "" : "+"}${one.value.toFixed(3)} (${one.low.toFixed(3)} \u2013 ${one.high.toFixed(3)})`;

function One({ row, name }: { row: ModelRow | undefined; name: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay("audiences.write");
  const [job, setJob] = useState<string | null>(null);
  const again = () => client.invalidateQueries({ queryKey: modelKeys.all });
  const train = useMutation({ mutationFn: () => trainModel(name), onSuccess: (found) => setJob(found.job) });
  const newest = row?.newest;
  const use = useMutation({ mutationFn: () => activateModel(name, newest?.version ?? 0), onSuccess: again });
  const byFile = row?.grain === "booking";
  return (
    <>
      {byFile ? <p className="muted">{t("models.byFile")}</p> : null}
      {may && !byFile ? (
        <div className="row">
          <Button loading={train.isPending} disabled={job !== null} onClick={() => train.mutate()}>
            {t("models.train")}
          </Button>
          {newest && newest.state !== "active" ? (
            <Button type="primary" disabled={newest.why_not.length > 0} loading={use.isPending} onClick={() => use.mutate()}>
              {t("models.use", { version: newest.version })}
            </Button>
          ) : null}
        </div>
      ) : null}
      {job ? (
        <JobLine
          id={job}
          what={t("models.train")}
          over={() => {
            setJob(null);
            void again();
          }}
        />
      ) : null}
      {train.error || use.error ? <ErrorPanel error={train.error ?? use.error} what={t("models.card")} /> : null}
      {newest ? <ModelCardView name={name} /> : byFile ? null : <p className="muted">{t("models.noneText")}</p>}
    </>
  );
}
