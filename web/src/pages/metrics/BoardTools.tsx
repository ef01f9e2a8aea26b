/** What may be done with a dashboard that is looked at: pin it, note days, take it along, have it sent, fill the screen, change or copy it. */

import {
  CopyOutlined,
  EditOutlined,
  FileExcelOutlined,
  FlagOutlined,
  FullscreenExitOutlined,
  FullscreenOutlined,
  MailOutlined,
  PushpinFilled,
  PushpinOutlined,
} from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { App, Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { type Board, type BoardAsk, boardKeys, boardWorkbook, makeBoard, pinBoard } from "@/api/boards";
import { save } from "@/kit/DownloadButton";
import { useFormat } from "@/kit/use";
import type { BoardSearch } from "@/shell/router";
import { useMay } from "@/shell/session";

type Props = { board: Board; ask: BoardAsk; search: BoardSearch; go: (patch: BoardSearch) => void };

/** The buttons beside a dashboard's title. */
export function BoardTools({ board, ask, search, go }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const mayWrite = useMay("dashboards.write");
  const mayExport = useMay("export");
  const maySend = useMay("reports.manage");
  const pin = useMutation({
    mutationFn: () => pinBoard(board.id, !board.pinned),
    onSuccess: () => client.invalidateQueries({ queryKey: boardKeys.all }),
  });
  const copy = useMutation({
    mutationFn: () =>
      makeBoard(
        { ...board.board, theme: "own", title: { en: `${board.board.title.en} (copy)`, zh: `${board.board.title.zh}${t("boards.copyMark")}` } },
        [],
      ),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: boardKeys.all });
      await navigate({ to: "/metrics/dashboards/$id", params: { id: made.id }, search: { edit: "1" } });
    },
  });
  const take = useMutation({
    mutationFn: () => boardWorkbook({ ...ask, title: format.say(board.title), language: format.language }),
    onSuccess: (file) => save(file, `${board.id}.xlsx`),
    onError: (error) => message.error(`${t("rows.exportFailed")}: ${error.message}`),
  });
  const full = search.full === "1";
  return (
    <>
      <Tooltip title={board.pinned ? t("boards.unpin") : t("boards.pin")}>
        <Button
          icon={board.pinned ? <PushpinFilled /> : <PushpinOutlined />}
          aria-label={board.pinned ? t("boards.unpin") : t("boards.pin")}
          onClick={() => pin.mutate()}
        />
      </Tooltip>
      <Tooltip title={t("boards.notes")}>
        <Button icon={<FlagOutlined />} aria-label={t("boards.notes")} onClick={() => go({ notes: "1" })} />
      </Tooltip>
      {mayExport ? (
        <Tooltip title={t("rows.exportXlsx")}>
          <Button icon={<FileExcelOutlined />} aria-label={t("rows.exportXlsx")} loading={take.isPending} onClick={() => take.mutate()} />
        </Tooltip>
      ) : null}
      {maySend ? (
        <Tooltip title={t("boards.subscribe")}>
          <Link to="/metrics/reports" search={{ report: "new", dashboard: board.id }}>
            <Button icon={<MailOutlined />} aria-label={t("boards.subscribe")} tabIndex={-1} />
          </Link>
        </Tooltip>
      ) : null}
      <Tooltip title={full ? t("boards.leaveFull") : t("boards.full")}>
        <Button
          icon={full ? <FullscreenExitOutlined /> : <FullscreenOutlined />}
          aria-label={full ? t("boards.leaveFull") : t("boards.full")}
          onClick={() => go({ full: full ? undefined : "1" })}
        />
      </Tooltip>
      {mayWrite ? (
        board.may_edit ? (
          <Button icon={<EditOutlined />} onClick={() => go({ edit: "1" })}>
            {t("boards.edit")}
          </Button>
        ) : (
          <Button icon={<CopyOutlined />} loading={copy.isPending} onClick={() => copy.mutate()}>
            {t("boards.copy")}
          </Button>
        )
      ) : null}
    </>
  );
}
