/** What a person may ask for: all that is held of them as a file, and to be forgotten everywhere. Only for who has the permission. */

import { MoreOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { erase, handOver, type Person, peopleKeys } from "@/api/people";
import { JobLine } from "@/kit/JobLine";
import { Reason } from "@/kit/Reason";
import { useMay } from "@/shell/session";

/** Show the menu, or nothing to who may not. */
export function Rights({ person, name }: { person: Person; name: string }) {
  const { t } = useTranslation();
  const may = useMay("people.erase");
  const client = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [asking, ask] = useState(false);
  const take = useMutation({
    mutationFn: () => handOver(person.did),
    onSuccess: (held) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([JSON.stringify(held.tables, null, 1)], { type: "application/json" }));
      link.download = `person-${person.pid}.json`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    },
    onError: (error) => message.error(error.message),
  });
  const forget = useMutation({ mutationFn: (reason: string) => erase(person.did, reason), onSuccess: () => ask(false) });
  if (!may) return null;
  if (forget.data)
    return (
      <JobLine
        id={forget.data.job}
        what={t("person.erasing")}
        over={(job) => {
          if (job.state !== "done") return;
          message.success(t("person.erased"));
          void client.invalidateQueries({ queryKey: peopleKeys.all });
          void navigate({ to: "/people" });
        }}
      />
    );
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "take", label: t("person.handOver") },
            { key: "erase", label: t("person.erase"), danger: true },
          ],
          onClick: ({ key }) => (key === "take" ? take.mutate() : ask(true)),
        }}
      >
        <Button icon={<MoreOutlined />} loading={take.isPending} aria-label={t("person.rights")} />
      </Dropdown>
      <Reason
        open={asking}
        danger
        title={t("person.eraseTitle", { name })}
        text={t("person.eraseText")}
        action={t("person.erase")}
        busy={forget.isPending}
        error={forget.error}
        done={(reason) => forget.mutate(reason)}
        close={() => ask(false)}
      />
    </>
  );
}
