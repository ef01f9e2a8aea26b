/** Who is behind a number, page by page; and for one of them, why they count. */

import { ArrowLeftOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { DownloadButton } from "@/kit/DownloadButton";
import { type Column, Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";

/** One of the people (or of what is counted), with the number of the person. */
export type Person = { person: number; name: string };
export type PeoplePage<P extends Person> = { total: number; people: P[]; next: string | null };

type Props<P extends Person> = {
  /** What the list is called; null: no list is open. */
  title: string | null;
  /** Whose proof is shown, instead of the list. */
  person: number | null;
  /** What the proof is called. */
  proofTitle: string;
  proof: ReactNode;
  /** Of when and of which cell. */
  about: ReactNode;
  /** What tells this list from others: definition, moment, place. */
  which: readonly unknown[];
  fetch: (cursor: string | null, signal: AbortSignal) => Promise<PeoplePage<P>>;
  file: () => Promise<Blob>;
  fileName: string;
  /** What each row has beside the name. */
  columns: Column<P>[];
  /** What a row's person is called, where it may have none. */
  called?: (row: P) => ReactNode;
  what: string;
  open: (row: P | null) => void;
  close: () => void;
  testid: string;
};

/** Show the pane while there is a list. */
export function People<P extends Person>(props: Props<P>) {
  const { t } = useTranslation();
  const { title, person } = props;
  const heading =
    person === null ? (
      (title ?? "")
    ) : (
      <span className="pane-title">
        <Button size="small" type="text" icon={<ArrowLeftOutlined />} aria-label={t("analysis.back")} onClick={() => props.open(null)} />
        {props.proofTitle}
      </span>
    );
  const extra =
    title !== null && person === null ? (
      <DownloadButton fetch={props.file} name={`${props.fileName}.csv`} label={t("analysis.downloadPeople")} failed={t("analysis.failed")} />
    ) : null;
  return (
    <SidePane open={title !== null} title={heading} extra={extra} close={props.close} width={640} testid={props.testid}>
      {title !== null && person === null ? <List key={JSON.stringify(props.which)} {...props} title={title} /> : null}
      {title !== null && person !== null ? (
        <>
          <p className="pane-about">
            <Link to="/people/$did" params={{ did: String(person) }}>
              {t("analysis.profile")}
            </Link>
          </p>
          {props.proof}
        </>
      ) : null}
    </SidePane>
  );
}

function List<P extends Person>({ which, fetch, about, columns, called, what, open, title }: Props<P> & { title: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useInfiniteQuery({
    queryKey: ["analyses", "people", ...which],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => fetch(pageParam, signal),
    getNextPageParam: (last: PeoplePage<P>) => last.next,
    retry: false,
  });
  return (
    <>
      <div className="pane-about">{about}</div>
      <Shown
        query={query}
        what={what}
        permission="people.see"
        skeleton={<Bone height={360} />}
        empty={(data) => (data.pages[0]?.total ? null : <Empty title={t("analysis.emptyPeople")} text={t("analysis.emptyPeopleText")} />)}
      >
        {(data) => {
          const rows = data.pages.flatMap((page) => page.people).map((row, index) => ({ ...row, "#": index }));
          const total = data.pages[0]?.total ?? 0;
          return (
            <>
              <Sheet<P & { "#": number }>
                label={title}
                rows={rows}
                rowKey={(row) => String(row["#"])}
                open={open}
                columns={[
                  { key: "person", title: t("analysis.person"), ellipsis: true, cell: (row) => called?.(row) ?? (row.name || `#${row.person}`) },
                  ...(columns as Column<P & { "#": number }>[]),
                ]}
              />
              <div className="pane-foot">
                <span className="muted num">
                  {t("analysis.shown", { shown: format.count(rows.length), count: format.count(total) as unknown as number })}
                </span>
                {query.hasNextPage ? (
                  <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {t("analysis.nextPage")}
                  </Button>
                ) : null}
              </div>
            </>
          );
        }}
      </Shown>
    </>
  );
}

/** A line of a proof; `here`: the one that the list was of. */
export type ProofLine = { key: string; head?: string; text: string; counted: boolean; here?: boolean };

/** Lines of a proof: what counted stands out from what did not. */
export function ProofLines({ label, lines }: { label: string; lines: ProofLine[] }) {
  return (
    <ol className="analysis-proof" aria-label={label}>
      {lines.map((line) => (
        <li key={line.key} data-why={line.counted ? "counted" : "not"} aria-current={line.here ? "true" : undefined}>
          {line.head ? <strong>{line.head}</strong> : null}
          <span>{line.text}</span>
        </li>
      ))}
    </ol>
  );
}
