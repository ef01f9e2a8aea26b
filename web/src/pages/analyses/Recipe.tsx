/** One recipe: its steps with what to look for, run on a period of one's choice, each with its answer and the way to all of it. */

import { CheckOutlined, CopyOutlined, DownloadOutlined, EditOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { App, Button, Progress } from "antd";
import { useTranslation } from "react-i18next";
import { type Known, knownOptions } from "@/api/analyses";
import { approveRecipe, type ReadyStep, type RecipeFull, readyOptions, recipeKeys, recipeOptions } from "@/api/recipes";
import type { Span } from "@/api/types";
import { save as download } from "@/kit/DownloadButton";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { RangePicker } from "@/kit/PeriodPicker";
import { isDay, lastDays, shift } from "@/kit/period";
import { Bone, Shown } from "@/kit/states";
import { Told } from "@/kit/Told";
import { useFormat } from "@/kit/use";
import type { RecipeSearch } from "@/shell/analysePages";
import { analysisAt } from "@/shell/analysisAt";
import { useMay } from "@/shell/session";
import { staleSince } from "./given";
import { RecipeEditor } from "./RecipeEditor";
import { type Run, type StepRun, useRun } from "./recipeRun";
import { copyOf, emptyRecipe, NEW_RECIPE } from "./recipeShape";
import "./recipes.css";

const DAYS = 28;

function Card({ step, place, run }: { step: ReadyStep; place: number; run: StepRun }) {
  const { t } = useTranslation();
  const format = useFormat();
  const at = step.kind && step.definition ? analysisAt(step.kind, step.definition, step.saved_id) : null;
  const note = format.say(step.note);
  return (
    <Panel
      className={`recipe-step is-${run.state}`}
      title={`${place}. ${format.say(step.title)}`}
      action={<span className="tag">{step.kind ? t(`recipes.kind.${step.kind as "funnel"}`) : null}</span>}
    >
      <div className="recipe-step-body" data-testid={`step-${place}`} data-state={run.state}>
        <div className="recipe-answer">
          {run.state === "done" && run.headline ? (
            <>
              <Told told={run.headline} course={run.headline.course.map((point) => ({ period: point.bucket, value: point.value }))} format={format} />
              {run.headline.notes.map((one) => (
                <p key={one.en} className="muted">
                  {format.say(one)}
                </p>
              ))}
            </>
          ) : run.state === "failed" ? (
            <div role="alert">
              <strong>{t("recipes.failed")}</strong>
              <p>{run.error}</p>
              {run.fix ? <p className="muted">{run.fix}</p> : null}
            </div>
          ) : run.state === "running" ? (
            <div role="status" aria-busy="true" aria-label={t("recipes.running")}>
              <Bone height={68} />
            </div>
          ) : (
            <p className="muted">{run.state === "waiting" ? t("recipes.waiting") : "\u2014"}</p>
          )}
          {at ? (
            <Link to={at.to} search={at.search}>
              {t("recipes.open")}
            </Link>
          ) : null}
        </div>
        {note ? (
          <aside className="recipe-note">
            <h3>{t("recipes.look")}</h3>
            {note.split("\n").map((line, index) => (
              <p key={`${index}-${line}`}>{line}</p>
            ))}
          </aside>
        ) : null}
      </div>
    </Panel>
  );
}

function Course({ run, on, start, stop }: { run: Run; on: boolean; start: () => void; stop: () => void }) {
  const { t } = useTranslation();
  const count = run.steps.length;
  const settled = run.done + run.failed;
  const busy = on && !run.over;
  const told = busy
    ? t("recipes.progress", { done: run.done, count })
    : run.over && settled
      ? run.failed
        ? t("recipes.failedSome", { failed: run.failed })
        : t("recipes.finished", { count })
      : run.done
        ? t("recipes.stopped", { done: run.done })
        : t("recipes.hint");
  return (
    <div className="recipe-run">
      {busy ? (
        <Button onClick={stop}>{t("recipes.stop")}</Button>
      ) : (
        <Button type="primary" onClick={start}>
          {run.done ? t("recipes.again") : t("recipes.run")}
        </Button>
      )}
      <span role="status">{told}</span>
      {busy ? <Progress percent={Math.round((100 * settled) / Math.max(1, count))} showInfo={false} size="small" className="recipe-bar" /> : null}
    </div>
  );
}

function Steps({ recipe, span, on, turn }: { recipe: RecipeFull; span: Span; on: boolean; turn: (on: boolean) => void }) {
  const { t } = useTranslation();
  const query = useQuery(readyOptions(recipe.name, recipe.version, span));
  return (
    <Shown query={query} what={t("recipes.what")} permission="metrics.read" skeleton={<Bone height={360} />}>
      {(data) => <Running steps={data.steps} on={on} turn={turn} />}
    </Shown>
  );
}

function Running({ steps, on, turn }: { steps: ReadyStep[]; on: boolean; turn: (on: boolean) => void }) {
  const run = useRun(steps, on);
  return (
    <>
      <Course
        run={run}
        on={on}
        start={() => {
          if (run.over) run.again();
          turn(true);
        }}
        stop={() => {
          turn(false);
          run.cancel();
        }}
      />
      <div className="recipe-steps" data-testid="recipe-steps">
        {steps.map((step, index) => (
          <Card key={index} step={step} place={index + 1} run={run.steps[index] as StepRun} />
        ))}
      </div>
    </>
  );
}

/** The days that a recipe is run for at first: the last 28 whole ones, or up to the last event where nothing came for days. */
function usualSpan(known: Known): Span {
  const last = staleSince(known) ?? shift({ start: known.today, end: known.today }, -1).end;
  return lastDays(last, DAYS);
}

function Body({ recipe, known, search, go }: { recipe: RecipeFull; known: Known; search: RecipeSearch; go: (patch: RecipeSearch) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const mayWrite = useMay("definitions.write");
  const usual = usualSpan(known);
  const span: Span = isDay(search.start) && isDay(search.end) && search.start <= search.end ? { start: search.start, end: search.end } : usual;
  const draft = recipe.state === "draft";
  const approve = useMutation({
    mutationFn: () => approveRecipe(recipe.name, recipe.newest, recipe.newest, t("recipes.approveReason")),
    onSuccess: (made) => {
      client.setQueryData(recipeKeys.one(made.name), made);
      void client.invalidateQueries({ queryKey: recipeKeys.all, exact: true });
      void message.success(t("recipes.approved", { version: made.version }));
    },
    onError: (error) => void message.error(`${t("recipes.saveFailed")}: ${error.message}`),
  });
  const copying = search.edit === "copy" && mayWrite;
  if (copying || (search.edit === "1" && recipe.may_edit)) {
    return (
      <Page title={format.say(recipe.title)} answer={t("recipes.edit")}>
        <RecipeEditor
          start={copying ? copyOf(recipe.body) : recipe.body}
          base={copying ? 0 : recipe.newest}
          fixed={!copying}
          done={(made) => void navigate({ to: "/analyse/recipes/$name", params: { name: made.name }, search: {} })}
          close={() => go({ edit: undefined })}
        />
      </Page>
    );
  }
  const waiting = draft || recipe.newest > recipe.version;
  return (
    <Page
      title={format.say(recipe.title)}
      answer={format.say(recipe.purpose)}
      note={waiting ? <span className="tag">{draft ? t("recipes.draft") : t("recipes.waits", { version: recipe.newest })}</span> : null}
      aside={
        <>
          <Link to="/analyse/recipes">{t("recipes.back")}</Link>
          {waiting && recipe.may_approve ? (
            <Button size="small" icon={<CheckOutlined aria-hidden />} loading={approve.isPending} onClick={() => approve.mutate()}>
              {t("recipes.approve")}
            </Button>
          ) : null}
          {recipe.may_edit ? (
            <Button size="small" icon={<EditOutlined aria-hidden />} onClick={() => go({ edit: "1", run: undefined })}>
              {t("recipes.edit")}
            </Button>
          ) : null}
          {mayWrite ? (
            <Button size="small" icon={<CopyOutlined aria-hidden />} onClick={() => go({ edit: "copy", run: undefined })}>
              {t("recipes.copy")}
            </Button>
          ) : null}
          <Button
            size="small"
            icon={<DownloadOutlined aria-hidden />}
            onClick={() => download(new Blob([JSON.stringify(recipe.body, null, 2)], { type: "application/json" }), `${recipe.name}.json`)}
          >
            {t("recipes.export")}
          </Button>
        </>
      }
      filters={
        <Filter label={t("recipes.period")}>
          <RangePicker
            label={t("recipes.period")}
            value={span}
            last={usual.end}
            change={(next) => go({ start: next.start, end: next.end, run: undefined })}
          />
        </Filter>
      }
    >
      <Steps
        key={`${span.start}:${span.end}:${recipe.version}`}
        recipe={recipe}
        span={span}
        on={search.run === "1"}
        turn={(on) => go({ run: on ? "1" : undefined })}
      />
    </Page>
  );
}

/** Show the page. */
export function RecipePage() {
  const { t } = useTranslation();
  const { name } = useParams({ from: "/desk/analyse/recipes/$name" });
  const search: RecipeSearch = useSearch({ from: "/desk/analyse/recipes/$name" });
  const navigate = useNavigate();
  const anew = name === NEW_RECIPE;
  const recipe = useQuery({ ...recipeOptions(name), enabled: !anew });
  const known = useQuery(knownOptions());
  const go = (patch: RecipeSearch) => void navigate({ to: ".", search: (now: RecipeSearch) => ({ ...now, ...patch }) });
  if (anew) {
    return (
      <Page title={t("recipes.new")} answer={t("recipes.noneText")}>
        <RecipeEditor
          start={emptyRecipe()}
          base={0}
          fixed={false}
          done={(made) => void navigate({ to: "/analyse/recipes/$name", params: { name: made.name }, search: {} })}
          close={() => void navigate({ to: "/analyse/recipes" })}
        />
      </Page>
    );
  }
  if (recipe.data && known.data) return <Body recipe={recipe.data} known={known.data} search={search} go={go} />;
  return (
    <Page title={t("recipes.one")} answer={" "}>
      <Shown
        query={recipe.data ? { ...known, data: undefined } : { ...recipe, data: undefined }}
        what={t("recipes.what")}
        permission="metrics.read"
        skeleton={<Bone height={360} />}
      >
        {() => null}
      </Shown>
    </Page>
  );
}
