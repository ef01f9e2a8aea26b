/** One segment: how large it is and was, what it says, who is in it and why, what keeps people out, whom it shares, and how they are reached. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Alert, Button } from "antd";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { approveSegment, retireSegment, type SegmentFull, segmentKeys, segmentOptions } from "@/api/segments";
import { Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { Reason } from "@/kit/Reason";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import type { SegmentSearch } from "@/shell/audiencePages";
import { useMay } from "@/shell/session";
import { SegmentBuilder } from "./SegmentBuilder";
import { SegmentMembersOf, WhyPane } from "./SegmentMembers";
import { KillsOf, Overlap, Reach, Sizes, Uploads } from "./SegmentParts";
import { SegmentStands } from "./Segments";
import "@/kit/parts.css";
import "./segments.css";

/** Show the page. */
export function SegmentPage() {
  const { t } = useTranslation();
  const { segment: name } = useParams({ from: "/desk/people/segments/$segment" });
  const search = useSearch({ from: "/desk/people/segments/$segment" });
  const navigate = useNavigate({ from: "/people/segments/$segment" });
  const go = useCallback((patch: SegmentSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const query = useQuery(segmentOptions(name));
  const format = useFormat();
  const found = query.data;
  return (
    <Page
      title={found ? t("segments.who", { name: format.say(found.title) }) : t("segments.one")}
      answer={found ? <Answer segment={found} /> : "\u00a0"}
      aside={found ? <Moves segment={found} edit={() => go({ edit: "1", person: undefined })} /> : null}
    >
      <Shown query={query} what={t("segments.one")} permission="audiences.read" skeleton={<Bone height={420} />}>
        {(segment) => <Body segment={segment} search={search} go={go} />}
      </Shown>
      <SegmentBuilder
        open={Boolean(search.edit && found)}
        segment={found ?? null}
        close={() => go({ edit: undefined })}
        saved={() => go({ edit: undefined })}
      />
      <WhyPane segment={name} person={search.person ? Number(search.person) : null} close={() => go({ person: undefined })} />
    </Page>
  );
}

function Answer({ segment }: { segment: SegmentFull }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <span className="segment-answer">
      <SegmentStands segment={segment} />
      {segment.people === null ? null : (
        <strong className="num">{t("segments.size", { count: format.count(segment.people) as unknown as number })}</strong>
      )}
      <span>{segment.sentence ? format.say(segment.sentence) : t(`segments.kindHint.${segment.kind}`)}</span>
    </span>
  );
}

function Moves({ segment, edit }: { segment: SegmentFull; edit: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [asks, setAsks] = useState<"approve" | "retire" | null>(null);
  const move = useMutation({
    mutationFn: async (reason: string) => {
      if (asks === "approve") await approveSegment(segment.name, segment.newest, reason);
      else await retireSegment(segment.name, reason);
    },
    onSuccess: async () => {
      setAsks(null);
      await client.invalidateQueries({ queryKey: segmentKeys.all });
    },
  });
  const waits = segment.newest > segment.version || segment.state === "draft";
  return (
    <>
      {segment.may_edit ? <Button onClick={edit}>{t("segments.change")}</Button> : null}
      {segment.may_approve && waits ? (
        <Button type="primary" onClick={() => setAsks("approve")}>
          {t("segments.approve")}
        </Button>
      ) : null}
      {segment.may_approve && segment.state === "active" ? (
        <Button danger onClick={() => setAsks("retire")}>
          {t("segments.retire")}
        </Button>
      ) : null}
      <Reason
        open={asks !== null}
        title={t(asks === "approve" ? "segments.approve" : "segments.retire")}
        text={t(asks === "approve" ? "segments.approveText" : "segments.retireText")}
        action={t(asks === "approve" ? "segments.approve" : "segments.retire")}
        danger={asks === "retire"}
        busy={move.isPending}
        error={move.error}
        done={(reason) => move.mutate(reason)}
        close={() => setAsks(null)}
      />
    </>
  );
}

type BodyProps = { segment: SegmentFull; search: SegmentSearch; go: (patch: SegmentSearch) => void };

function Body({ segment, search, go }: BodyProps) {
  const { t } = useTranslation();
  const may = useMay("audiences.write");
  const others = (search.with ?? "").split(",").filter(Boolean);
  return (
    <div className="segment-grid">
      {segment.warnings.map((warning) => (
        <Alert key={warning} type="warning" showIcon message={warning} />
      ))}
      <Panel title={t("segments.sizes")} hint={t("segments.sizesHint")} className="wide">
        <Sizes name={segment.name} />
      </Panel>
      <Panel title={t("segments.members")} hint={t("segments.membersHint")} className="wide">
        <SegmentMembersOf
          name={segment.name}
          after={search.after ?? null}
          open={(person) => go({ person: String(person), edit: undefined })}
          go={go}
        />
      </Panel>
      {segment.kind === "list" ? (
        <Panel title={t("segments.uploads")}>
          <Uploads name={segment.name} may={may} />
        </Panel>
      ) : (
        <Panel title={t("segments.kills")} hint={t("segments.killsHint")}>
          <KillsOf segment={segment} />
        </Panel>
      )}
      <Panel title={t("segments.reach")} hint={t("segments.reachHint")}>
        <Reach name={segment.name} />
      </Panel>
      <Panel title={t("segments.overlap")} className="wide">
        <Overlap name={segment.name} others={others} choose={(names) => go({ with: names.join(",") || undefined })} />
      </Panel>
      {segment.used_by.length ? (
        <Panel title={t("segments.usedBy")}>
          {segment.used_by.map((name) => (
            <Link key={name} to="/people/segments/$segment" params={{ segment: name }}>
              {name}{" "}
            </Link>
          ))}
        </Panel>
      ) : null}
    </div>
  );
}
