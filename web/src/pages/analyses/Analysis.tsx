/** The frame of a page of analyses: its question and answer, what is saved, the file, the builder, and the answer in all its states. The address is the analysis. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { type Known, knownOptions } from "@/api/analyses";
import { DownloadButton } from "@/kit/DownloadButton";
import { Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { Bone, Empty, Loading, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { Alert } from "./Alert";
import type { Asking } from "./asking";
import { Beside, CompareOf } from "./Beside";
import type { Headline } from "./earlier";
import { Pin } from "./Pin";
import { Saved } from "./Saved";
import "./analysis.css";

/** What every answer has. */
export type Answered = { notes: { en: string; zh: string }[]; asked_ms: number };

type Words = { title: string; text: string };

type Props<D, A extends Answered> = {
  asking: Asking<D, A>;
  /** The question that the page answers. */
  title: string;
  /** What is asked, in a sentence: "the funnel". */
  what: string;
  /** The answer in a sentence. */
  sentence: (answer: A) => ReactNode;
  /** The one figure of an answer that may stand beside that of an earlier period; of the same cells as the answer of `now`. */
  headline?: (answer: A, now: A) => Headline;
  /** What is said while the definition is not enough to be asked. */
  unfinished: Words;
  /** Whether an answer has nothing to show, and what is said then. */
  nothing: (answer: A) => boolean;
  empty: Words;
  /** What the button says that asks about the last days with data. */
  recent?: string;
  /** The file of the answer's numbers. */
  file: (answer: A) => Promise<Blob>;
  builderTitle: string;
  builder: ReactNode;
  height?: number;
  children: (answer: A) => ReactNode;
  /** The people behind, beside the page; only of an answer to what is asked now, and for who may see people. */
  pane: (answer: A) => ReactNode;
};

/** Show a page of an analysis. */
export function Analysis<D, A extends Answered>(props: Props<D, A>) {
  const { t } = useTranslation();
  const format = useFormat();
  const { kind, written, readable, ready, query, search, show, mayPeople } = props.asking;
  const { headline } = props;
  const answer = readable && ready ? query.data : undefined;
  const fresh = answer && !query.isPlaceholderData;
  return (
    <Page
      title={props.title}
      answer={
        answer ? (
          <>
            {props.sentence(answer)}
            {headline ? <Beside asking={props.asking} answer={answer} headline={headline} /> : null}
          </>
        ) : (
          " "
        )
      }
      aside={
        <>
          <Saved kind={kind} definition={written} ready={readable && ready} saved={search.saved} show={show} />
          <Pin saved={search.saved} />
          {fresh && (kind === "funnel" || kind === "trend") ? <Alert kind={kind} definition={written} /> : null}
          {fresh ? (
            <DownloadButton fetch={() => props.file(answer)} name={`${kind}.csv`} label={t("analysis.download")} failed={t("analysis.failed")} />
          ) : null}
        </>
      }
    >
      {readable ? (
        <>
          <Panel title={props.builderTitle} className="analysis-builder" action={headline ? <CompareOf asking={props.asking} /> : undefined}>
            {props.builder}
          </Panel>
          {answer?.notes.length ? (
            <div className="notes">
              {answer.notes.map((note) => (
                <span key={note.en}>{format.say(note)}</span>
              ))}
            </div>
          ) : null}
          {ready ? <State {...props} fresh={Boolean(fresh)} /> : <Empty title={props.unfinished.title} text={props.unfinished.text} />}
        </>
      ) : (
        <Empty
          title={t("analysis.brokenTitle")}
          text={t("analysis.brokenText")}
          action={
            <Button type="primary" onClick={() => show(undefined, undefined)}>
              {t("analysis.startOver")}
            </Button>
          }
        />
      )}
      {fresh && mayPeople ? props.pane(answer) : null}
    </Page>
  );
}

function State<D, A extends Answered>({
  asking,
  what,
  nothing,
  empty,
  recent: again,
  height = 260,
  children,
  fresh,
}: Props<D, A> & { fresh: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { kind, query, recent } = asking;
  // A newer question gives the older one up, and the server stops it.
  const stop = () => void client.cancelQueries({ queryKey: ["analyses", kind], predicate: (one) => one.state.fetchStatus === "fetching" });
  if (query.fetchStatus === "idle" && !query.error && !fresh) {
    return (
      <Empty
        title={t("analysis.stoppedTitle")}
        text={t("analysis.stoppedText")}
        action={
          <Button type="primary" onClick={() => void query.refetch()}>
            {t("analysis.again")}
          </Button>
        }
      />
    );
  }
  const nobody = (
    <Empty
      title={empty.title}
      text={empty.text}
      action={
        <Button type="primary" onClick={recent}>
          {again ?? t("analysis.recent")}
        </Button>
      }
    />
  );
  return (
    <div className={query.isPlaceholderData ? "analysis-body is-stale" : "analysis-body"} data-testid={kind}>
      {query.isPlaceholderData ? <Loading cancel={stop}>{null}</Loading> : null}
      <Shown
        query={query}
        what={what}
        permission="metrics.read"
        skeleton={<Bone height={height} />}
        cancel={stop}
        empty={(answer) => (nothing(answer) ? nobody : null)}
      >
        {children}
      </Shown>
    </div>
  );
}

type WithProps = {
  title: string;
  what: string;
  /** Orders are enough: the page is not made of events alone. */
  orders?: boolean;
  children: (known: Known) => ReactNode;
};

/** Show a page as soon as it is known what can be asked about; where there is nothing that it is made of, say so. */
export function WithKnown({ title, what, orders = false, children }: WithProps) {
  const { t } = useTranslation();
  const known = useQuery(knownOptions());
  if (known.data && (known.data.events.length || (orders && known.data.orders))) return children(known.data);
  return (
    <Page title={title} answer={" "}>
      <Shown query={known} what={what} permission="metrics.read" skeleton={<Bone height={360} />}>
        {() => (
          <Empty
            title={t(orders ? "analysis.noOrdersTitle" : "analysis.nothingTitle")}
            text={t(orders ? "analysis.noOrdersText" : "analysis.nothingText")}
            action={
              <Link to="/data/sources">
                <Button type="primary">{t("analysis.nothingAction")}</Button>
              </Link>
            }
          />
        )}
      </Shown>
    </Page>
  );
}
