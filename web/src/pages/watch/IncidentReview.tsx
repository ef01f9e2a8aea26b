/** The review of an incident that is solved: five questions, answered beforehand as far as the record knows. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { type ItsmRecord, incidentKeys, type Review, reviewOptions, saveReview } from "@/api/incidents";
import { Panel } from "@/kit/Panel";
import { ErrorPanel, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";

const QUESTIONS = ["what", "seen", "cost", "cause", "change"] as const;
type Answers = Record<(typeof QUESTIONS)[number], string>;

/** Show the panel; before it is solved, only what it is for. */
export function IncidentReview({ record, learned }: { record: ItsmRecord; learned: string | null }) {
  const { t } = useTranslation();
  const writes = useMay("definitions.write");
  const over = record.state === "resolved" || record.state === "closed";
  const query = useQuery({ ...reviewOptions(record.id), enabled: over });
  return (
    <Panel title={t("incidents.review")} hint={t("incidents.reviewHint")}>
      {over ? (
        <Shown query={query} what={t("incidents.review")} permission="incidents.read" skeleton={null}>
          {(review) => <Questions key={review.version} review={review} />}
        </Shown>
      ) : (
        <p className="muted">{t("incidents.reviewLater")}</p>
      )}
      {learned ? (
        <p>
          <strong>{t("incidents.learnt")}</strong> {learned}
        </p>
      ) : null}
      {writes && record.body.alert ? (
        <Link to="/watch/known-events" search={{ make: "1", record: record.id }}>
          {t("incidents.toLibrary")}
        </Link>
      ) : null}
    </Panel>
  );
}

function Questions({ review }: { review: Review }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const may = useMay("incidents.work");
  const save = useMutation({
    mutationFn: (answers: Answers) => saveReview(review.record, { ...answers, version: review.version }),
    onSuccess: () => client.invalidateQueries({ queryKey: incidentKeys.all }),
  });
  return (
    <Form<Answers>
      layout="vertical"
      requiredMark={false}
      disabled={!may}
      initialValues={review.answers}
      onFinish={(answers) => save.mutate(answers)}
      aria-label={t("incidents.review")}
    >
      {save.error ? <ErrorPanel error={save.error} what={t("incidents.review")} /> : null}
      {QUESTIONS.map((name) => (
        <Form.Item
          key={name}
          name={name}
          label={t(`incidents.question.${name}`)}
          rules={
            name === "what" || name === "cause"
              ? [{ required: true, whitespace: true, message: t("form.required", { field: t(`incidents.question.${name}`) }) }]
              : []
          }
        >
          <Input.TextArea maxLength={4000} autoSize={{ minRows: 1, maxRows: 8 }} />
        </Form.Item>
      ))}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t("incidents.saveReview")}
        </Button>
        {review.saved ? (
          <span className="muted">{t("incidents.savedBy", { who: review.saved_by ?? "", at: format.instant(review.saved) })}</span>
        ) : null}
      </div>
    </Form>
  );
}
