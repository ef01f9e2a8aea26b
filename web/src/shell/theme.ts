/** Colours and measures of both themes, for Ant Design and for the charts; base.css holds the same for the style sheets. */

import { theme as antd, type ThemeConfig } from "antd";
import type { GoodColour, Theme } from "@/api/types";

export type Palette = {
  page: string;
  card: string;
  ink: string;
  muted: string;
  line: string;
  accent: string;
  link: string;
  series: string;
  green: string;
  red: string;
  amber: string;
};

export const PALETTES: Record<Theme, Palette> = {
  light: {
    page: "#F6F7F9",
    card: "#FFFFFF",
    ink: "#17202E",
    muted: "#667085",
    line: "#E4E7EC",
    accent: "#E8590C",
    link: "#1F4E8C",
    series: "#1F4E8C",
    green: "#0B7A4B",
    red: "#C0322B",
    amber: "#B45309",
  },
  dark: {
    page: "#0F141B",
    card: "#171E27",
    ink: "#E6EAF0",
    muted: "#93A1B3",
    line: "#2A3441",
    accent: "#E8590C",
    link: "#8AB8F0",
    series: "#6FA3E0",
    green: "#4CC38A",
    red: "#FF8A80",
    amber: "#F0A94B",
  },
};

/** Which colours say good and bad: green and red, or, as on Chinese exchanges, the other way round. */
export function goodBad(theme: Theme, good: GoodColour): { good: string; bad: string } {
  const palette = PALETTES[theme];
  return good === "red" ? { good: palette.red, bad: palette.green } : { good: palette.green, bad: palette.red };
}

export const FONT =
  'Inter, -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif';
export const MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace';

/** Ant Design's tokens for a theme. */
export function antdTheme(mode: Theme): ThemeConfig {
  const p = PALETTES[mode];
  const dark = mode === "dark";
  return {
    algorithm: dark ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: p.accent,
      colorInfo: p.link,
      colorLink: p.link,
      colorLinkHover: p.accent,
      colorSuccess: p.green,
      colorError: p.red,
      colorWarning: p.amber,
      colorBgLayout: p.page,
      colorBgContainer: p.card,
      colorBgElevated: p.card,
      colorText: p.ink,
      colorTextSecondary: p.muted,
      colorTextDescription: p.muted,
      colorTextPlaceholder: p.muted,
      colorBorder: dark ? "#3A4656" : "#D0D5DD",
      colorBorderSecondary: p.line,
      fontFamily: FONT,
      fontFamilyCode: MONO,
      fontSize: 13,
      borderRadius: 6,
      borderRadiusLG: 8,
      controlHeight: 30,
      controlHeightSM: 26,
      motionDurationFast: "0.1s",
      motionDurationMid: "0.15s",
      motionDurationSlow: "0.15s",
      wireframe: false,
    },
    components: {
      // Ink on orange, because white on it is below the contrast that small text needs.
      Button: { primaryColor: "#17202E", fontWeight: 500, primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" },
      Table: {
        headerBg: p.card,
        headerColor: p.muted,
        headerSplitColor: "transparent",
        rowHoverBg: dark ? "#1D2632" : "#F6F7F9",
        borderColor: p.line,
      },
      Segmented: { trackBg: dark ? "#222C38" : "#ECEFF3", itemSelectedBg: dark ? "#34404F" : "#FFFFFF" },
      Tooltip: { colorBgSpotlight: dark ? "#2A3441" : "#17202E" },
      Drawer: { footerPaddingBlock: 8 },
    },
  };
}
