/** Text to be taken elsewhere as it stands: code, keys, queries. */

import { CopyOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

type Props = { text: string; small?: boolean };

/** Show the text with a button that copies it. */
export function CopyCode({ text, small = false }: Props) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    void navigator.clipboard?.writeText(text).then(() => setCopied(true));
  };
  return (
    <div className={small ? "copy copy-small" : "copy"}>
      <pre className="code">{text}</pre>
      <Button size="small" type="text" icon={<CopyOutlined />} onClick={copy}>
        {copied ? t("catalogue.copied") : t("catalogue.copy")}
      </Button>
    </div>
  );
}
