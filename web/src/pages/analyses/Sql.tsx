/** SQL: a statement over tables without personal columns, its rows, its chart. The address holds the statement, so that a link is the answer. */

import { CaretRightOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Segmented, Select } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { fetchSqlFile, type SqlAnswer, type SqlBook, sqlBookOptions, sqlRunOptions } from "@/api/sql";
import { DownloadButton } from "@/kit/DownloadButton";
import { Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { Bone, Empty, ErrorPanel, Loading, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import type { SqlSearch } from "@/shell/analysePages";
import { SqlChart } from "./SqlChart";
import { SqlEditor } from "./SqlEditor";
import { SqlMetric } from "./SqlMetric";
import { SqlRows } from "./SqlRows";
import { SqlTables } from "./SqlTables";
import { placeOf, withWord } from "./sqlPlaces";
import "./sql.css";

const MEGA = 1_000_000;
const SECOND = 1000;
const WRONG = 422;
const OVER = 413;

function Answer({ answer, format }: { answer: SqlAnswer; format: Format }) {
  const { t } = useTranslation();
  const rows = format.count(answer.rows.length) as unknown as number;
  const parts = [t("sql.answer", { rows, seconds: format.figure(answer.ms / SECOND, "number") })];
  if (answer.cut) parts.push(t("sql.cut", { rows }));
  if (answer.age_s > 0) parts.push(t("sql.age", { seconds: format.count(answer.age_s) }));
  return parts.join(" · ");
}

/** What is wrong with a statement itself, told beside it; anything else is told as everywhere. */
function Wrong({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  if (!(error instanceof ApiError) || (error.status !== WRONG && error.status !== OVER))
    return <ErrorPanel error={error} what={t("sql.result")} permission="sql.run" retry={retry} />;
  const place = placeOf(error.where);
  return (
    <section className="notice notice-bad notice-slim sql-wrong" role="alert" data-state="error">
      <h2>{t("sql.wrongTitle")}</h2>
      <p>{error.message}</p>
      <dl className="facts">
        {error.where ? (
          <>
            <dt>{t("state.where")}</dt>
            <dd>{place ? t("sql.at", place) : error.where}</dd>
          </>
        ) : null}
        {error.fix ? (
          <>
            <dt>{t("state.fix")}</dt>
            <dd>{error.fix}</dd>
          </>
        ) : null}
      </dl>
    </section>
  );
}

type ResultProps = { answer: SqlAnswer; sql: string; search: SqlSearch; go: (patch: SqlSearch) => void; format: Format; stale: boolean };

function Result({ answer, sql, search, go, format, stale }: ResultProps) {
  const { t } = useTranslation();
  const show = search.show === "chart" ? "chart" : "rows";
  if (!answer.rows.length) return <Empty title={t("sql.emptyTitle")} text={t("sql.emptyText")} />;
  return (
    <Panel
      title={t("sql.result")}
      action={
        <>
          <Segmented
            size="small"
            aria-label={t("sql.result")}
            value={show}
            options={[
              { value: "rows", label: t("sql.rows") },
              { value: "chart", label: t("sql.chart") },
            ]}
            onChange={(next) => go({ show: next === "chart" ? "chart" : undefined })}
          />
          <SqlMetric sql={sql} format={format} />
          <DownloadButton fetch={() => fetchSqlFile(sql)} name="sql.csv" label={t("sql.download")} failed={t("sql.failed")} />
        </>
      }
    >
      {stale ? <p className="muted sql-note">{t("sql.changed")}</p> : null}
      {show === "chart" ? (
        <SqlChart answer={answer} search={search} go={go} format={format} />
      ) : (
        <SqlRows key={sql} answer={answer} format={format} />
      )}
    </Panel>
  );
}

function Desk({ book, search, go }: { book: SqlBook; search: SqlSearch; go: (patch: SqlSearch) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const box = useRef<HTMLTextAreaElement>(null);
  const sql = search.sql ?? "";
  const [text, setText] = useState(sql);
  const [turn, setTurn] = useState(0);
  const options = sqlRunOptions(sql, turn);
  const query = useQuery({ ...options, enabled: sql !== "" });
  const running = query.fetchStatus === "fetching";
  const stopped = sql !== "" && query.fetchStatus === "idle" && query.isPending && !query.error;
  const answer = query.data;
  const same = text === sql;
  const wrong = query.error instanceof ApiError && same ? placeOf(query.error.where) : null;
  useEffect(() => setText(sql), [sql]);
  const run = (wanted = text) => {
    if (!wanted.trim()) return;
    setTurn((now) => now + 1);
    go({ sql: wanted, ...(wanted === sql ? {} : { x: undefined, y: undefined, by: undefined, form: undefined }) });
  };
  const insert = (word: string) => {
    const at = box.current;
    const put = withWord(text, word, at?.selectionStart ?? text.length, at?.selectionEnd ?? text.length);
    setText(put.text);
    requestAnimationFrame(() => {
      at?.focus();
      at?.setSelectionRange(put.caret, put.caret);
    });
  };
  const { limits } = book;
  const most = {
    rows: format.count(limits.rows),
    seconds: format.count(limits.seconds),
    memory: `${format.count(limits.memory_bytes / MEGA)} MB`,
    fresh: format.count(limits.fresh_s),
  };
  return (
    <Page title={t("sql.title")} answer={answer && !running ? <Answer answer={answer} format={format} /> : t("sql.lead")}>
      <div className="sql-desk">
        <SqlTables views={book.views} format={format} insert={insert} />
        <div className="sql-main">
          <Panel
            title={t("sql.editor")}
            hint={t("sql.limits", most)}
            action={
              <Select
                size="small"
                className="sql-examples"
                aria-label={t("sql.examples")}
                placeholder={t("sql.examples")}
                value={null}
                popupMatchSelectWidth={false}
                options={book.examples.map((one, index) => ({ value: index, label: format.say(one.title) }))}
                onChange={(index: number) => {
                  const chosen = book.examples[index];
                  if (chosen) run(chosen.sql);
                }}
              />
            }
          >
            <SqlEditor text={text} change={setText} run={() => run()} wrong={wrong} most={limits.characters} box={box} />
            <div className="sql-actions">
              {running ? (
                <Button danger onClick={() => void client.cancelQueries({ queryKey: options.queryKey })}>
                  {t("sql.stop")}
                </Button>
              ) : (
                <Button type="primary" icon={<CaretRightOutlined aria-hidden />} disabled={!text.trim()} onClick={() => run()}>
                  {t("sql.run")}
                </Button>
              )}
              <span className="muted">{running ? t("sql.running") : t("sql.runHint")}</span>
            </div>
          </Panel>
          {running ? (
            <Loading>
              <Bone height={220} />
            </Loading>
          ) : query.error ? (
            <Wrong error={query.error} retry={() => run()} />
          ) : stopped ? (
            <Empty
              title={t("sql.stoppedTitle")}
              text={t("sql.stoppedText")}
              action={
                <Button type="primary" onClick={() => run()}>
                  {t("sql.again")}
                </Button>
              }
            />
          ) : answer ? (
            <Result answer={answer} sql={sql} search={search} go={go} format={format} stale={!same} />
          ) : (
            <Empty
              title={t("sql.startTitle")}
              text={t("sql.startText")}
              action={
                <ul className="sql-start">
                  {book.examples.map((one) => (
                    <li key={one.sql}>
                      <Button type="link" size="small" onClick={() => run(one.sql)}>
                        {format.say(one.title)}
                      </Button>
                    </li>
                  ))}
                </ul>
              }
            />
          )}
        </div>
      </div>
    </Page>
  );
}

/** Show the page. */
export function SqlPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/analyse/sql" });
  const navigate = useNavigate({ from: "/analyse/sql" });
  const book = useQuery(sqlBookOptions());
  const go = useCallback((patch: SqlSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  if (book.data) return <Desk book={book.data} search={search} go={go} />;
  return (
    <Page title={t("sql.title")} answer={" "}>
      <Shown query={book} what={t("sql.what")} permission="sql.run" skeleton={<Bone height={420} />}>
        {() => null}
      </Shown>
    </Page>
  );
}
