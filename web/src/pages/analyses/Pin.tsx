/** Pin what was saved to a dashboard, where its figure stands for the dashboard's period. */

import { PushpinOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { App, Button, Input, Popover, Select, Tooltip } from "antd";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Board, BoardPanel, Shape } from "@/api/boards";
import { boardKeys, boardOptions, boardsOptions, changeBoard, makeBoard } from "@/api/boards";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";

const NEW = "";
const PANELS_MOST = 30;
const SIZE = { w: 4, h: 6 };

/** A tile under all panels. */
function tileOf(panels: BoardPanel[], analysis: string, title: string): BoardPanel {
  let number = panels.length + 1;
  while (panels.some((panel) => panel.id === `p${number}`)) number += 1;
  const bottom = Math.max(0, ...panels.map((panel) => panel.at.y + panel.at.h));
  // Beside the last row where it has room: three tiles stand in a row.
  const last = panels.filter((panel) => panel.at.y + SIZE.h === bottom && panel.at.y + panel.at.h === bottom);
  const right = Math.max(0, ...last.map((panel) => panel.at.x + panel.at.w));
  const free =
    last.length > 0 &&
    right + SIZE.w <= 12 &&
    panels.every((panel) => panel.at.y + panel.at.h <= bottom - SIZE.h || panel.at.x + panel.at.w <= right);
  return {
    id: `p${number}`,
    kind: "analysis",
    title: { en: title, zh: title },
    at: { x: free ? right : 0, y: free ? bottom - SIZE.h : bottom, ...SIZE },
    metrics: [],
    by: [],
    where: [],
    grain: "auto",
    top: 8,
    clock: null,
    text: null,
    analysis,
  };
}

/** Show the button; only to who may change dashboards. */
export function Pin({ saved }: { saved: string | undefined }) {
  const { t } = useTranslation();
  const may = useMay("dashboards.write");
  const [open, setOpen] = useState(false);
  if (!may) return null;
  const button = (
    <Button size="small" icon={<PushpinOutlined aria-hidden />} disabled={!saved}>
      {t("pin.pin")}
    </Button>
  );
  if (!saved) return <Tooltip title={t("pin.first")}>{button}</Tooltip>;
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      content={<Form saved={saved} close={() => setOpen(false)} />}
    >
      {button}
    </Popover>
  );
}

function Form({ saved, close }: { saved: string; close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const client = useQueryClient();
  const navigate = useNavigate();
  const ids = useId();
  const { data } = useQuery(boardsOptions());
  const mine = (data?.items ?? []).filter((one) => one.may_edit);
  const [chosen, choose] = useState<string | null>(null);
  const board = chosen ?? mine[0]?.id ?? NEW;
  const [title, setTitle] = useState("");
  const pin = useMutation({
    mutationFn: async (): Promise<Board> => {
      if (board === NEW) {
        const name = { en: t("pin.noTitle", { lng: "en" }), zh: t("pin.noTitle", { lng: "zh" }) };
        const shape: Shape = {
          title: name,
          description: { en: "", zh: "" },
          theme: "own",
          days: 28,
          compare: "previous",
          filters: [],
          panels: [tileOf([], saved, title.trim())],
        };
        return makeBoard(shape, []);
      }
      // The newest one, so that nothing is lost of what somebody else changed meanwhile.
      const now = await client.fetchQuery({ ...boardOptions(board), staleTime: 0 });
      if (now.board.panels.length >= PANELS_MOST) throw new Error(t("pin.full"));
      const panels = [...now.board.panels, tileOf(now.board.panels, saved, title.trim())];
      return changeBoard(now.id, { ...now.board, panels }, now.shared, now.version);
    },
    onSuccess: (made) => {
      close();
      client.setQueryData(boardKeys.one(made.id), made);
      void client.invalidateQueries({ queryKey: boardKeys.all, exact: true });
      // Messages stand outside the pages, where no link works.
      const open = () => void navigate({ to: "/metrics/dashboards/$id", params: { id: made.id }, search: {} });
      void message.success(
        <>
          {t("pin.done", { name: format.say(made.title) })}
          <Button type="link" size="small" onClick={open}>
            {t("pin.open")}
          </Button>
        </>,
        6,
      );
    },
    onError: (error) => void message.error(`${t("pin.failed")}: ${error.message}`),
  });
  return (
    <form
      className="analysis-save analysis-pin"
      onSubmit={(event) => {
        event.preventDefault();
        pin.mutate();
      }}
    >
      <label htmlFor={`${ids}b`}>{t("pin.board")}</label>
      <Select
        id={`${ids}b`}
        value={board}
        options={[...mine.map((one) => ({ value: one.id, label: format.say(one.title) })), { value: NEW, label: t("pin.newBoard") }]}
        onChange={choose}
      />
      <label htmlFor={`${ids}t`}>{t("pin.name")}</label>
      <Input id={`${ids}t`} placeholder={t("pin.nameHint")} maxLength={120} value={title} onChange={(event) => setTitle(event.target.value)} />
      <Button size="small" type="primary" htmlType="submit" loading={pin.isPending}>
        {t("pin.do")}
      </Button>
    </form>
  );
}
