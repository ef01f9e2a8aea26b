/** Which work moves which goal: modules of the operation against the factors of revenue, judged by hand and measured. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { type Cell, type Matrix, matrixOptions } from "@/api/channels";
import { Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { SidePane } from "@/kit/SidePane";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { MatrixCell } from "./MatrixCell";
import "./channels.css";

const ARROW: Record<string, string> = { up: "\u25B2", down: "\u25BC", mixed: "\u25B2\u25BC", none: "\u2013" };
const EFFORT = ["", "S", "M", "L"];
const place = (cell: Cell) => `${cell.module}.${cell.goal}`;

/** Whether what was measured says something else than the judgement. */
export function differs(cell: Cell): boolean {
  if (!cell.measured || !cell.judgement || cell.judgement.direction === "mixed") return false;
  return cell.measured.direction !== cell.judgement.direction;
}

function Mark({ cell, format }: { cell: Cell; format: Format }) {
  const { t } = useTranslation();
  const judged = cell.judgement;
  return (
    <>
      {judged ? (
        <span className={`judged is-${judged.direction}`}>
          <i aria-hidden="true">{ARROW[judged.direction]}</i>
          <span className="sr">{t(`matrix.value.${judged.direction}`)}</span>
          <span className="dots" title={judged.size ? t(`matrix.value.size${judged.size}` as "matrix.value.size1") : ""}>
            {"\u25CF".repeat(judged.size)}
          </span>
          {judged.effort ? (
            <span className="effort" title={t(`matrix.value.effort${judged.effort}` as "matrix.value.effort1")}>
              {EFFORT[judged.effort]}
            </span>
          ) : null}
        </span>
      ) : (
        <span className="muted">{cell.measured ? "" : "\u00b7"}</span>
      )}
      {cell.measured ? (
        <span className={differs(cell) ? "measured differs" : "measured"}>
          {format.rate(cell.measured.effect)}
          <small>
            {format.rate(cell.measured.low)} … {format.rate(cell.measured.high)}
          </small>
        </span>
      ) : null}
    </>
  );
}

function Grid({ matrix, format, chosen, pick }: { matrix: Matrix; format: Format; chosen: string | undefined; pick: (cell: string) => void }) {
  const { t } = useTranslation();
  const cells = new Map(matrix.cells.map((cell) => [place(cell), cell]));
  return (
    <table className="matrix" aria-label={t("matrix.table")}>
      <colgroup>
        <col className="matrix-col-group" />
        <col className="matrix-col-module" />
      </colgroup>
      <thead>
        <tr>
          <th colSpan={2}>{t("matrix.module")}</th>
          {matrix.goals.map((goal) => (
            <th key={goal.name}>{format.say(goal.title)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {matrix.groups.flatMap((group) => {
          const modules = matrix.modules.filter((module) => module.group === group.name);
          return modules.map((module, index) => (
            <tr key={module.name} className={index === 0 ? "group-start" : ""}>
              {index === 0 ? (
                <th className="matrix-group" rowSpan={modules.length} scope="rowgroup">
                  {format.say(group.title)}
                </th>
              ) : null}
              <th scope="row">{format.say(module.title)}</th>
              {matrix.goals.map((goal) => {
                const cell = cells.get(`${module.name}.${goal.name}`);
                if (!cell) return <td key={goal.name} />;
                const name = t("matrix.fill", { module: format.say(module.title), goal: format.say(goal.title) });
                return (
                  <td key={goal.name}>
                    <button
                      type="button"
                      className={place(cell) === chosen ? "cell is-chosen" : "cell"}
                      aria-label={cell.judgement ? `${name}: ${t(`matrix.value.${cell.judgement.direction}`)}` : `${name}: ${t("matrix.empty")}`}
                      title={cell.judgement?.note || name}
                      onClick={() => pick(place(cell))}
                    >
                      <Mark cell={cell} format={format} />
                    </button>
                  </td>
                );
              })}
            </tr>
          ));
        })}
      </tbody>
    </table>
  );
}

/** Show the page. */
export function MatrixPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/metrics/matrix" });
  const navigate = useNavigate({ from: "/metrics/matrix" });
  const query = useQuery(matrixOptions());
  const format = useFormat();
  const pick = useCallback((cell: string | undefined) => void navigate({ search: (cell ? { cell } : {}) as { cell?: string } }), [navigate]);
  const close = useCallback(() => pick(undefined), [pick]);
  const matrix = query.data;
  const open = matrix?.cells.find((cell) => place(cell) === search.cell);
  const module = matrix?.modules.find((entry) => entry.name === open?.module);
  const goal = matrix?.goals.find((entry) => entry.name === open?.goal);
  return (
    <Page
      title={t("matrix.title")}
      answer={
        matrix
          ? t("matrix.answer", {
              filled: matrix.cells.filter((cell) => cell.judgement).length,
              count: matrix.cells.length,
              measured: matrix.cells.filter((cell) => cell.effects.length).length,
            })
          : "\u00a0"
      }
    >
      <Shown
        query={query}
        what={t("matrix.what")}
        permission="metrics.read"
        skeleton={<Bone height={520} />}
        empty={(data) => (data.cells.length === 0 ? <Empty title={t("matrix.emptyTitle")} text={t("matrix.emptyText")} /> : null)}
      >
        {(data) => (
          <Panel title={t("matrix.table")} hint={t("matrix.tableHint")}>
            <Grid matrix={data} format={format} chosen={search.cell} pick={pick} />
          </Panel>
        )}
      </Shown>
      <SidePane
        open={Boolean(open)}
        title={open ? t("matrix.fill", { module: format.say(module?.title), goal: format.say(goal?.title) }) : ""}
        close={close}
        width={460}
        testid="cell"
      >
        {open ? <MatrixCell key={`${place(open)}.${open.version}`} cell={open} format={format} /> : null}
      </SidePane>
    </Page>
  );
}
