/** The bell: how many messages are unread, and a pane with them; each opens what it is about. */

import { BellOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Badge, Button, Drawer } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type InboxItem, inboxKeys, inboxOptions, markRead, unreadOptions } from "@/api/inbox";
import { Bone, Empty, ErrorPanel } from "@/kit/states";
import { useFormat } from "@/kit/use";

/** Show the bell. */
export function InboxBell() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const unread = useQuery(unreadOptions()).data?.unread ?? 0;
  const label = unread ? t("ways.unread", { count: unread }) : t("ways.inbox");
  return (
    <>
      <Badge count={unread} size="small" overflowCount={99} offset={[-6, 6]}>
        <Button type="text" icon={<BellOutlined />} aria-label={label} title={label} onClick={() => setOpen(true)} />
      </Badge>
      <Drawer title={t("ways.inbox")} open={open} onClose={() => setOpen(false)} size={440} destroyOnHidden>
        <Messages unread={unread} close={() => setOpen(false)} />
      </Drawer>
    </>
  );
}

function Messages({ unread, close }: { unread: number; close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const navigate = useNavigate();
  const query = useQuery(inboxOptions());
  const read = useMutation({ mutationFn: markRead, onSuccess: () => client.invalidateQueries({ queryKey: inboxKeys.all }) });
  const look = (one: InboxItem) => {
    if (!one.read) read.mutate([one.id]);
    if (!one.path) return;
    close();
    void navigate({ href: one.path });
  };
  if (query.isPending) return <Bone height={240} />;
  if (query.error) return <ErrorPanel error={query.error} what={t("ways.inbox")} />;
  if (!query.data.items.length) return <Empty title={t("ways.inboxEmpty")} text={t("ways.inboxEmptyText")} />;
  return (
    <>
      {unread ? (
        <Button size="small" loading={read.isPending} onClick={() => read.mutate(null)}>
          {t("ways.readAll")}
        </Button>
      ) : null}
      <ul className="inbox" aria-label={t("ways.inbox")}>
        {query.data.items.map((one) => (
          <li key={one.id} data-severity={one.severity} data-read={one.read !== null}>
            <button type="button" onClick={() => look(one)}>
              <strong>{one.subject}</strong>
              <span className="inbox-text">{one.text}</span>
              <span className="num muted">{format.instant(one.at)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
