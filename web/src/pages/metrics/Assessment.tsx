/** The assessment of a period: each owner's score, how it came about, and the targets behind it. */

import { PrinterOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import { assessmentOptions, type OwnerReport, type Standing } from "@/api/targets";
import { MISSING } from "@/kit/format";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { Sheet } from "@/kit/Sheet";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { useNames } from "./names";
import { TargetCourse } from "./TargetCourse";
import { targetTitle, tone } from "./targetNames";
import "./targets.css";

/** A score as its sentence says it: always to a tenth, so that scores below each other can be compared. */
const points = (score: string) => Number(score).toFixed(1);

function Owner({ owner, format }: { owner: OwnerReport; format: Format }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const valueName = useValueName();
  const name = useNames().owner(owner.owner);
  const figure = (one: Standing, value: string | null) => format.brief(value, one.unit, { currency: one.currency });
  return (
    <Panel
      title={
        <span className="owner-head">
          {name}
          <span className="owner-score num">{owner.score === null ? t("assess.noScore") : t("assess.points", { score: points(owner.score) })}</span>
        </span>
      }
      hint={t("assess.rule")}
    >
      <p className="owner-said">{format.say(owner.explanation)}</p>
      <Sheet<Standing>
        label={name}
        rows={owner.targets}
        rowKey={(one) => one.id}
        open={(one) => void navigate({ to: "/metrics/targets", search: { period: one.period, target: one.id } })}
        columns={[
          {
            key: "target",
            title: t("targets.target"),
            cell: (one) => (
              <span className="target-name">
                <strong>{targetTitle(one, format, valueName)}</strong>
                <span className="muted">{format.say(one.explanation)}</span>
              </span>
            ),
          },
          { key: "course", title: t("targets.course"), width: 130, cell: (one) => <TargetCourse one={one} label={format.say(one.explanation)} /> },
          { key: "actual", title: t("targets.actual"), number: true, width: 110, cell: (one) => figure(one, one.actual) },
          { key: "value", title: t("targets.value"), number: true, width: 110, cell: (one) => figure(one, one.value) },
          { key: "reached", title: t("assess.attained"), number: true, width: 90, cell: (one) => format.figure(one.attainment, "ratio") },
          { key: "weight", title: t("assess.weight"), number: true, width: 70, cell: (one) => one.weight },
          {
            key: "score",
            title: t("assess.scored"),
            number: true,
            width: 120,
            cell: (one) =>
              one.counts ? (
                <span className={tone(one.state)}>{one.score === null ? MISSING : points(one.score)}</span>
              ) : (
                <span className="muted">{t("assess.aside")}</span>
              ),
          },
        ]}
      />
    </Panel>
  );
}

/** Show the page. */
export function AssessmentPage() {
  const { t } = useTranslation();
  const { period } = useSearch({ from: "/desk/metrics/assessment" });
  const navigate = useNavigate({ from: "/metrics/assessment" });
  const query = useQuery(assessmentOptions(period));
  const format = useFormat();
  const data = query.data;
  const known = data?.periods ?? [];
  const options = [...new Set([...(data ? [data.period] : []), ...known.map((one) => one.period)])].map((value) => ({ value, label: value }));
  return (
    <Page
      title={t("assess.title")}
      answer={
        data ? (
          <>
            {t("assess.answer", { period: data.period, owners: data.owners.length, closed: data.closed, open: data.open })}{" "}
            {data.owners.length ? (
              <span className={data.final ? "tag tag-good" : "tag tag-warn"}>{data.final ? t("assess.final") : t("assess.provisional")}</span>
            ) : null}
          </>
        ) : (
          "\u00a0"
        )
      }
      aside={<Button icon={<PrinterOutlined />} aria-label={t("standup.print")} title={t("standup.print")} onClick={() => window.print()} />}
      filters={
        <Filter label={t("targets.period")}>
          <Select
            aria-label={t("targets.period")}
            value={data?.period ?? period ?? null}
            popupMatchSelectWidth={false}
            options={options}
            onChange={(value) => void navigate({ search: { period: value ?? undefined } })}
          />
        </Filter>
      }
    >
      <Shown
        query={query}
        what={t("assess.what")}
        permission="metrics.read"
        skeleton={<Bone height={420} />}
        empty={(found) =>
          found.owners.length ? null : (
            <Empty
              title={t("assess.emptyTitle")}
              text={t("assess.emptyText")}
              action={
                <Link to="/metrics/targets" search={{}}>
                  {t("assess.toTargets")}
                </Link>
              }
            />
          )
        }
      >
        {(found) => (
          <div className="owners">
            {found.cut ? <p className="tag tag-warn">{t("assess.cut")}</p> : null}
            {found.owners.map((owner) => (
              <Owner key={owner.owner} owner={owner} format={format} />
            ))}
          </div>
        )}
      </Shown>
    </Page>
  );
}
