/** Open an incident by hand: what happens, why it is one, what it costs an hour. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { incidentKeys, openIncident } from "@/api/incidents";
import { SidePane } from "@/kit/SidePane";
import { ErrorPanel } from "@/kit/states";
import { useFormat } from "@/kit/use";

type Fields = { title: string; reason: string; money?: string; owner?: string };

/** Show the pane. */
export function NewIncident({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const navigate = useNavigate();
  const make = useMutation({
    mutationFn: (given: Fields) =>
      openIncident({
        title_zh: format.language === "zh" ? given.title : "",
        title_en: format.language === "en" ? given.title : "",
        reason: given.reason,
        money_per_hour: given.money?.trim() || null,
        owner: given.owner?.trim() ?? "",
      }),
    onSuccess: async (found) => {
      await client.invalidateQueries({ queryKey: incidentKeys.all });
      void navigate({ to: "/watch/incidents/$record", params: { record: found.record.id } });
    },
  });
  const required = (field: string) => [{ required: true, whitespace: true, message: t("form.required", { field }) }];
  return (
    <SidePane open={open} title={t("incidents.new")} close={close} testid="new-incident">
      {make.error ? <ErrorPanel error={make.error} what={t("incidents.new")} /> : null}
      <Form<Fields> layout="vertical" requiredMark={false} onFinish={(given) => make.mutate(given)} aria-label={t("incidents.new")}>
        <Form.Item name="title" label={t("incidents.what")} rules={required(t("incidents.what"))}>
          <Input autoFocus maxLength={300} />
        </Form.Item>
        <Form.Item name="reason" label={t("incidents.why")} rules={required(t("incidents.why"))}>
          <Input.TextArea maxLength={1000} autoSize={{ minRows: 2, maxRows: 6 }} />
        </Form.Item>
        <Form.Item
          name="money"
          label={`${t("incidents.perHour")} (${format.currency})`}
          rules={[{ pattern: /^\s*\d{1,15}(\.\d{1,2})?\s*$/, message: t("incidents.moneyWrong") }]}
        >
          <Input inputMode="decimal" maxLength={20} />
        </Form.Item>
        <Form.Item name="owner" label={t("incidents.owner")}>
          <Input maxLength={120} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={make.isPending}>
          {t("incidents.new")}
        </Button>
      </Form>
    </SidePane>
  );
}
