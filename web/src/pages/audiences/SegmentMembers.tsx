/** Who is in a segment, page by page, and for one of them why: each condition with its figure. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { membersOptions, type SegmentMembers, whyOptions } from "@/api/segments";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Status } from "@/kit/Status";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import type { SegmentSearch } from "@/shell/audiencePages";

type Member = SegmentMembers["people"][number];
type Props = { name: string; after: string | null; open: (person: number) => void; go: (patch: SegmentSearch) => void };

/** Show a page of members; a row opens why. */
export function SegmentMembersOf({ name, after, open, go }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useQuery({ ...membersOptions(name, after), placeholderData: (before) => before });
  return (
    <Shown
      query={query}
      what={t("segments.members")}
      permission="people.see"
      skeleton={<Bone height={240} />}
      empty={(found) => (found.total ? null : <Empty title={t("segments.nobody")} text={t("segments.nobodyText")} />)}
    >
      {(found) => (
        <>
          <Sheet<Member>
            label={t("segments.members")}
            rows={found.people}
            rowKey={(row) => String(row.person)}
            open={(row) => open(row.person)}
            columns={[
              { key: "name", title: `${t("segments.person")} · ${format.count(found.total)}`, cell: (row) => row.name ?? `#${row.person}` },
              { key: "ids", title: t("segments.idsWord"), cell: (row) => <span className="mono">{row.ids.slice(0, 3).join("  ")}</span> },
              {
                key: "since",
                title: t("segments.since"),
                width: 190,
                cell: (row) => <span className="num">{format.instant(new Date(row.entered_ms).toISOString())}</span>,
              },
            ]}
          />
          <span className="condition-part">
            {after ? <Button onClick={() => go({ after: undefined })}>{t("segments.firstPage")}</Button> : null}
            {found.next ? <Button onClick={() => go({ after: found.next ?? undefined })}>{t("segments.nextPage")}</Button> : null}
          </span>
        </>
      )}
    </Shown>
  );
}

/** Why a person is in or out, while one is given. */
export function WhyPane({ segment, person, close }: { segment: string; person: number | null; close: () => void }) {
  const { t } = useTranslation();
  return (
    <SidePane open={person !== null} title={t("segments.why")} close={close} testid="why">
      {person === null ? null : <Why segment={segment} person={person} />}
    </SidePane>
  );
}

function Why({ segment, person }: { segment: string; person: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useQuery(whyOptions(segment, person));
  return (
    <Shown query={query} what={t("segments.why")} permission="people.see" skeleton={<Bone height={240} />}>
      {(found) => (
        <>
          <p>
            <Status state={found.met ? "ok" : "bad"}>{t(found.met ? "segments.in" : "segments.out")}</Status>{" "}
            <Link to="/people/$did" params={{ did: String(found.person) }}>
              {t("segments.openPerson")}
            </Link>
          </p>
          <ul className="segment-leaves">
            {found.leaves.map((leaf, index) => (
              <li key={`${index} ${leaf.en}`}>
                <span>
                  <Status state={leaf.met ? "ok" : "no_data"}>{t(leaf.met ? "segments.met" : "segments.unmet")}</Status> {format.say(leaf)}
                </span>
                <span className="muted num">
                  {leaf.figure === null ? "" : t("segments.figure", { figure: leaf.figure, bound: leaf.bound ?? "" })}
                  {leaf.last_ms === null ? "" : ` ${t("segments.lastAt", { at: format.instant(new Date(leaf.last_ms).toISOString()) })}`}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Shown>
  );
}
