/** The drawer with what a dashboard is called, who sees it, and what its page starts with. */

import { useQuery } from "@tanstack/react-query";
import { Checkbox, Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { ROLES } from "@/api/access";
import type { Shape } from "@/api/boards";
import { catalogueOptions } from "@/api/keys";
import { SidePane } from "@/kit/SidePane";
import { useFormat } from "@/kit/use";

type Draft = { board: Shape; shared: string[] };
type Props = { open: boolean; draft: Draft; change: (draft: Draft) => void; close: () => void };

/** Show the drawer. */
export function BoardSettings({ open, draft, change, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: catalogue } = useQuery(catalogueOptions());
  const { board } = draft;
  const set = (patch: Partial<Shape>) => change({ ...draft, board: { ...board, ...patch } });
  return (
    <SidePane open={open} title={t("boards.settings")} close={close} width={440} testid="board-settings">
      <Form layout="vertical" requiredMark={false}>
        <Form.Item label={t("boards.nameZh")} htmlFor="board-zh">
          <Input
            id="board-zh"
            maxLength={120}
            value={board.title.zh}
            onChange={(event) => set({ title: { ...board.title, zh: event.target.value } })}
          />
        </Form.Item>
        <Form.Item label={t("boards.nameEn")} htmlFor="board-en">
          <Input
            id="board-en"
            maxLength={120}
            value={board.title.en}
            onChange={(event) => set({ title: { ...board.title, en: event.target.value } })}
          />
        </Form.Item>
        <Form.Item label={t("boards.question")} htmlFor="board-question">
          <Input
            id="board-question"
            maxLength={400}
            value={board.description[format.language]}
            onChange={(event) => set({ description: { ...board.description, [format.language]: event.target.value } })}
          />
        </Form.Item>
        <Form.Item label={t("boards.days")} htmlFor="board-days">
          <InputNumber id="board-days" min={1} max={800} value={board.days} onChange={(days) => set({ days: days ?? 28 })} />
        </Form.Item>
        <Form.Item label={t("boards.filters")} htmlFor="board-filters">
          <Select
            id="board-filters"
            mode="multiple"
            maxCount={8}
            value={board.filters}
            optionFilterProp="label"
            options={(catalogue?.dimensions ?? []).map((one) => ({ value: one.name, label: format.say(one.title) }))}
            onChange={(filters) => set({ filters })}
          />
        </Form.Item>
        <Form.Item label={t("boards.shared")} extra={t("boards.sharedHint")}>
          <Checkbox.Group
            value={draft.shared}
            options={ROLES.map((value) => ({ value, label: t(`top.role.${value}`) }))}
            onChange={(shared) => change({ ...draft, shared: shared as string[] })}
          />
        </Form.Item>
      </Form>
    </SidePane>
  );
}
