/** What stands for an id: a small sign of its namespace, the same on every page. */

import {
  AuditOutlined,
  CreditCardOutlined,
  GlobalOutlined,
  IdcardOutlined,
  MailOutlined,
  MobileOutlined,
  PhoneOutlined,
  SolutionOutlined,
  UserOutlined,
  WechatOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import type { ShownId } from "@/api/people";
import type { Language } from "@/api/types";

const SIGNS: Record<string, ReactNode> = {
  anon: <GlobalOutlined />,
  cookie: <GlobalOutlined />,
  device: <MobileOutlined />,
  login: <UserOutlined />,
  customer: <IdcardOutlined />,
  member: <CreditCardOutlined />,
  email: <MailOutlined />,
  phone: <PhoneOutlined />,
  openid: <WechatOutlined />,
  unionid: <WechatOutlined />,
  document: <SolutionOutlined />,
  pnr_name: <AuditOutlined />,
};

/** The sign of a namespace. */
export function sign(namespace: string): ReactNode {
  return SIGNS[namespace] ?? <IdcardOutlined />;
}

/** An id with its sign; its namespace in words on hover. */
export function IdChip({ id, language }: { id: ShownId; language: Language }) {
  return (
    <span className="id-chip" title={language === "zh" ? id.namespace_zh : id.namespace_en}>
      <i aria-hidden="true">{sign(id.namespace)}</i>
      <span className="sr">{language === "zh" ? id.namespace_zh : id.namespace_en}: </span>
      {id.shown}
    </span>
  );
}

/** Which id stands for somebody whose name nobody told: the one that says most. */
const SAYING = ["login", "member", "email", "phone", "customer", "openid", "unionid"];

/** What somebody is called: their name, else the id that says most, else nothing. */
export function calling(person: { name: string | null; ids: ShownId[] }): { text: string | null; named: boolean; namespace: string } {
  if (person.name) return { text: person.name, named: true, namespace: "name" };
  for (const namespace of SAYING) {
    const found = person.ids.find((id) => id.namespace === namespace);
    if (found) return { text: found.shown, named: false, namespace };
  }
  return { text: null, named: false, namespace: person.ids[0]?.namespace ?? "anon" };
}

/** The id to speak of when two people are said to be one: the one that says most, because weaker ids follow it. */
export function speaking(person: { did: number; ids: ShownId[] }): number {
  for (const namespace of SAYING) {
    const found = person.ids.find((id) => id.namespace === namespace);
    if (found) return found.did;
  }
  return person.did;
}
