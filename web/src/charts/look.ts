/** What every plot shares: colours of the theme, type, axes, the hatch of days that are not complete. */

import { useMemo } from "react";
import { usePreferences } from "@/shell/preferences";
import { FONT, goodBad, PALETTES } from "@/shell/theme";

/** Okabe and Ito's colours, which stay apart for colour-blind eyes; "other" is grey. */
export const SERIES = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442"];
export const OTHER = "#98A2B3";

/** A canvas filled with slanted lines, to lay over what is not complete. */
export function hatch(colour: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = 8;
  canvas.height = 8;
  const pen = canvas.getContext("2d");
  if (pen) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1.2;
    pen.globalAlpha = 0.55;
    pen.beginPath();
    for (const shift of [-8, 0, 8]) {
      pen.moveTo(shift, 8);
      pen.lineTo(shift + 8, 0);
    }
    pen.stroke();
  }
  return canvas;
}

export type Look = ReturnType<typeof useLook>;

/** The look of plots in the theme in use. */
export function useLook() {
  const { theme, goodColour } = usePreferences();
  return useMemo(() => {
    const p = PALETTES[theme];
    const label = { color: p.muted, fontFamily: FONT, fontSize: 11 };
    return {
      ...p,
      ...goodBad(theme, goodColour),
      text: { fontFamily: FONT, fontSize: 11, color: p.ink },
      label,
      axisLine: { lineStyle: { color: p.line } },
      split: { lineStyle: { color: p.line, width: 1 } },
      tooltip: {
        appendTo: "body",
        className: "tip-box",
        backgroundColor: p.card,
        borderColor: p.line,
        borderWidth: 1,
        padding: 0,
        textStyle: { color: p.ink, fontFamily: FONT, fontSize: 12 },
        extraCssText: "box-shadow: 0 6px 20px rgba(16,24,40,.14); border-radius: 8px;",
        transitionDuration: 0,
        confine: true,
      },
    };
  }, [theme, goodColour]);
}
