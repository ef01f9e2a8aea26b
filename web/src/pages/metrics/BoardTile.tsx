/** A saved analysis on a dashboard: what it comes down to in the period, and the way to all of it. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { BoardData, PanelData } from "@/api/boards";
import { Delta } from "@/kit/Delta";
import { toNumber } from "@/kit/format";
import { Told } from "@/kit/Told";
import type { Format } from "@/kit/use";
import { analysisAt } from "@/shell/analysisAt";

type Props = { data: PanelData; board: BoardData; format: Format };

/** Show the tile. Whether more is better nobody said of an analysis, so its change has no colour. */
export function BoardTile({ data, board, format }: Props) {
  const { t } = useTranslation();
  const tile = data.tile;
  if (!tile) return <p className="muted">{t("chart.noData")}</p>;
  const at = analysisAt(tile.kind, tile.definition);
  const now = toNumber(tile.value);
  const before = toNumber(tile.before);
  const move =
    now === null || before === null ? null : (
      <span className="board-number-move">
        <Delta move={now - before} text={format.change(tile.before, tile.value, tile.unit)} direction="none" />{" "}
        <em>{t("boards.than", { days: format.days(board.compared_with.start, board.compared_with.end) })}</em>
      </span>
    );
  return (
    <div className="board-tile" data-testid={`tile-${data.id}`}>
      <Told told={tile} course={tile.course} format={format} move={move} />
      {at ? (
        <Link to={at.to} search={at.search}>
          {t("boards.openAnalysis")}
        </Link>
      ) : null}
    </div>
  );
}
