/** Take the same query home as a file; only for who has the permission, and the server writes it down. */

import { DownloadOutlined } from "@ant-design/icons";
import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, need } from "@/api/client";
import type { Query } from "@/api/types";
import { useMay } from "@/shell/session";

/** Show the button, or nothing to who may not export. */
export function ExportButton({ query }: { query: Query }) {
  const { t } = useTranslation();
  const may = useMay("export");
  const [busy, setBusy] = useState(false);
  const { message } = App.useApp();
  if (!may) return null;
  const take = async (format: "csv" | "xlsx") => {
    setBusy(true);
    try {
      const file = await need<Blob>(api.POST("/api/metrics/export", { body: { ...query, format }, parseAs: "blob" }));
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = `${query.metrics.join("-")}_${query.from}_${query.to}.${format}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) {
      message.error(`${t("rows.exportFailed")}: ${error instanceof Error ? error.message : ""}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          { key: "csv", label: t("rows.exportCsv") },
          { key: "xlsx", label: t("rows.exportXlsx") },
        ],
        onClick: ({ key }) => void take(key === "xlsx" ? "xlsx" : "csv"),
      }}
    >
      <Button size="small" icon={<DownloadOutlined aria-hidden />} loading={busy}>
        {t("rows.export")}
      </Button>
    </Dropdown>
  );
}
