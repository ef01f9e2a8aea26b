/** People: find a person by any id that they ever left. */

import { SearchOutlined } from "@ant-design/icons";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { peopleOptions } from "@/api/people";
import { Page } from "@/kit/Page";
import { Bone, Empty, Shown } from "@/kit/states";
import { useMay } from "@/shell/session";
import { PeopleTable } from "./PeopleTable";
import "@/kit/parts.css";
import "./people.css";

const PAUSE_MS = 300;

/** A text that settles once nobody has typed for a moment. */
function useTyped(asked: string, settle: (text: string) => void) {
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  useEffect(() => {
    if (text.trim() === asked) return;
    const timer = setTimeout(() => settle(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, asked, settle]);
  return [text, setText] as const;
}

/** The box that looks for people while one types. */
export function FindBox({ asked, settle, autoFocus = true }: { asked: string; settle: (text: string) => void; autoFocus?: boolean }) {
  const { t } = useTranslation();
  const [text, setText] = useTyped(asked, settle);
  return (
    <Input
      allowClear
      autoFocus={autoFocus}
      prefix={<SearchOutlined />}
      className="find-people"
      aria-label={t("people.search")}
      placeholder={t("people.search")}
      value={text}
      maxLength={200}
      onChange={(event) => setText(event.target.value)}
      onPressEnter={() => settle(text.trim())}
    />
  );
}

/** Show the page. */
export function PeoplePage() {
  const { t } = useTranslation();
  const { q = "" } = useSearch({ from: "/desk/people" });
  const navigate = useNavigate({ from: "/people" });
  const unmask = useMay("people.unmask");
  const [settle] = useState(() => (text: string) => void navigate({ search: { q: text || undefined }, replace: true }));
  const query = useInfiniteQuery({ ...peopleOptions(q), placeholderData: keepPreviousData });
  const people = query.data?.pages.flatMap((page) => page.items);
  const lead = () => {
    if (!people) return "\u00a0";
    if (!q) return people.length ? t("people.leadRecent") : t("people.lead");
    return query.hasNextPage ? t("people.leadMore", { q, count: people.length }) : t("people.leadFound", { q, count: people.length });
  };
  const nobody = q ? (
    <Empty
      title={t("people.none")}
      text={t("people.noneFix")}
      action={
        <Button type="primary" onClick={() => settle("")}>
          {t("people.showAll")}
        </Button>
      }
    />
  ) : (
    <Empty title={t("people.nobody")} text={t("people.nobodyFix")} action={<Link to="/data/sources">{t("people.toSources")}</Link>} />
  );
  return (
    <Page
      title={t("people.title")}
      answer={lead()}
      filters={
        <>
          <FindBox asked={q} settle={settle} />
          {unmask ? null : <span className="muted">{t("people.masked")}</span>}
        </>
      }
    >
      <Shown
        query={query}
        what={t("people.what")}
        permission="people.see"
        skeleton={<Bone height={520} />}
        empty={(data) => (data.pages[0]?.items.length ? null : nobody)}
      >
        {() => (
          <div className="panel list" data-busy={query.isPlaceholderData}>
            <PeopleTable people={people ?? []} open={(person) => void navigate({ to: "/people/$did", params: { did: String(person.did) } })} />
            {query.hasNextPage ? (
              <div className="pane-foot">
                <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {t("people.more")}
                </Button>
              </div>
            ) : null}
          </div>
        )}
      </Shown>
    </Page>
  );
}
