/** The drawer in which a place to send to is set up and tried out; its secret is never shown again. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, InputNumber, Segmented, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { type Destination, type DestinationBody, dropDestination, reportKeys, saveDestination, testDestination } from "@/api/reports";
import { SidePane } from "@/kit/SidePane";
import { ErrorPanel } from "@/kit/states";

type Fields = DestinationBody & { name: string };
type Props = { open: boolean; place: Destination | null; close: () => void };

const KINDS = ["email", "webhook", "wecom", "dingtalk", "feishu", "slack", "inbox"] as const;

function Inside({ place, close }: Omit<Props, "open">) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const [trial] = Form.useForm<{ to?: string }>();
  const kind = Form.useWatch("kind", form) ?? place?.kind ?? "email";
  const again = () => client.invalidateQueries({ queryKey: reportKeys.places });
  const save = useMutation({
    mutationFn: ({ name, secret, ...body }: Fields) => saveDestination(place?.name ?? name, { ...body, secret: secret || null }),
    onSuccess: async () => {
      await again();
      message.success(t("reports.placeSaved"));
      close();
    },
  });
  const drop = useMutation({
    mutationFn: () => dropDestination(place?.name ?? ""),
    onSuccess: async () => {
      await again();
      close();
    },
  });
  const test = useMutation({
    mutationFn: (to: string | undefined) => testDestination(place?.name ?? "", to ? [to] : []),
    onSuccess: () => message.success(t("reports.tested")),
  });
  const failed = save.error ?? drop.error ?? test.error;
  const required = (field: string) => ({ required: true, whitespace: true, message: t("form.required", { field }) });
  return (
    <>
      {failed ? <ErrorPanel error={failed} what={t("reports.places")} permission="destinations.manage" /> : null}
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        aria-label={t("reports.newPlace")}
        initialValues={{
          name: place?.name ?? "",
          kind: place?.kind ?? "email",
          host: place?.kind === "email" ? place.host : "",
          port: place?.port ?? 587,
          security: place?.security ?? "starttls",
          user: place?.user ?? "",
          sender: place?.sender ?? "",
          domains: place?.domains ?? [],
          members: place?.members ?? ["@duty"],
          url: "",
          private: false,
        }}
        onFinish={(fields) => save.mutate(fields)}
      >
        <Form.Item
          name="name"
          label={t("reports.placeName")}
          rules={[{ pattern: /^[a-z][a-z0-9_-]{0,39}$/, message: t("reports.placeNameWrong") }, required(t("reports.placeName"))]}
        >
          <Input maxLength={40} disabled={place !== null} />
        </Form.Item>
        <Form.Item name="kind" label={t("reports.placeKind")}>
          <Select options={KINDS.map((value) => ({ value, label: t(`reports.kind.${value}`) }))} />
        </Form.Item>
        {kind === "email" ? (
          <>
            <Form.Item name="host" label={t("reports.host")} rules={[required(t("reports.host"))]}>
              <Input maxLength={253} placeholder="smtp.example.com" />
            </Form.Item>
            <Form.Item name="port" label={t("reports.port")}>
              <InputNumber min={1} max={65_535} />
            </Form.Item>
            <Form.Item name="security" label={t("reports.security")}>
              <Segmented
                options={["starttls", "tls", "none"].map((value) => ({
                  value,
                  label: value === "none" ? t("reports.insecure") : value.toUpperCase(),
                }))}
              />
            </Form.Item>
            <Form.Item name="user" label={t("reports.user")}>
              <Input maxLength={254} autoComplete="off" />
            </Form.Item>
            <Form.Item
              name="sender"
              label={t("reports.sender")}
              rules={[required(t("reports.sender")), { type: "email", message: t("form.emailWrong") }]}
            >
              <Input maxLength={254} />
            </Form.Item>
            <Form.Item name="domains" label={t("reports.domains")} extra={t("reports.domainsHint")}>
              <Select mode="tags" maxCount={50} tokenSeparators={[",", " "]} open={false} suffixIcon={null} />
            </Form.Item>
          </>
        ) : kind === "inbox" ? (
          <Form.Item
            name="members"
            label={t("reports.members")}
            extra={t("reports.membersHint")}
            rules={[{ required: true, message: t("form.required", { field: t("reports.members") }) }]}
          >
            <Select mode="tags" maxCount={200} tokenSeparators={[",", " "]} open={false} suffixIcon={null} />
          </Form.Item>
        ) : (
          <>
            <Form.Item
              name="url"
              label={t("reports.url")}
              rules={place ? [] : [required(t("reports.url"))]}
              extra={t(place ? "reports.urlKept" : "reports.urlHint")}
            >
              <Input maxLength={1000} placeholder="https://" autoComplete="off" />
            </Form.Item>
            <Form.Item name="private" label={t("reports.private")} valuePropName="checked">
              <Switch />
            </Form.Item>
          </>
        )}
        {kind === "inbox" ? null : (
          <Form.Item name="secret" label={t("reports.secret")} extra={place?.has_secret ? t("reports.secretKept") : t("reports.secretHint")}>
            <Input.Password maxLength={500} autoComplete="new-password" />
          </Form.Item>
        )}
        <div className="pane-foot">
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {t("boards.save")}
          </Button>
          {place ? (
            <Button danger loading={drop.isPending} onClick={() => drop.mutate()}>
              {t("reports.dropPlace")}
            </Button>
          ) : null}
        </div>
      </Form>
      {place ? (
        <Form form={trial} layout="inline" className="report-test" onFinish={({ to }) => test.mutate(to)}>
          {place.kind === "email" ? (
            <Form.Item name="to" rules={[{ type: "email", message: t("form.emailWrong") }, required(t("reports.recipients"))]}>
              <Input maxLength={254} placeholder={t("reports.testTo")} aria-label={t("reports.testTo")} />
            </Form.Item>
          ) : null}
          <Button htmlType="submit" loading={test.isPending}>
            {t("reports.test")}
          </Button>
        </Form>
      ) : null}
    </>
  );
}

/** Show the drawer. */
export function DestinationPane({ open, ...props }: Props) {
  const { t } = useTranslation();
  return (
    <SidePane open={open} title={props.place?.name ?? t("reports.newPlace")} close={props.close} width={480} testid="destination">
      <Inside {...props} />
    </SidePane>
  );
}
