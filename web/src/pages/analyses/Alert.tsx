/** Watch what is asked: opens the form of a monitor with it. */

import { BellOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "@/shell/session";

/** Show the link; only to who may write definitions. */
export function Alert({ kind, definition }: { kind: "funnel" | "trend"; definition: Record<string, unknown> }) {
  const { t } = useTranslation();
  if (!useMay("definitions.write")) return null;
  return (
    <Link to="/watch/monitors" search={{ make: "1", analysis: { kind, definition } }}>
      <Button size="small" icon={<BellOutlined aria-hidden />}>
        {t("monitors.alert")}
      </Button>
    </Link>
  );
}
