/** The dashboards: the one that made itself, one's own, shared ones, and those that ship, by theme. */

import { PlusOutlined, PushpinFilled, PushpinOutlined, SearchOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import { type BoardItem, boardKeys, boardsOptions, makeBoard, pinBoard } from "@/api/boards";
import { Page } from "@/kit/Page";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import "./board.css";

function Card({ item }: { item: BoardItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const pin = useMutation({
    mutationFn: () => pinBoard(item.id, !item.pinned),
    onSuccess: () => client.invalidateQueries({ queryKey: boardKeys.all }),
  });
  const title = format.say(item.title);
  return (
    <li className={item.has_data ? "board-card" : "board-card is-empty"}>
      <h2>
        <Link to="/metrics/dashboards/$id" params={{ id: item.id }} search={{}}>
          {title}
        </Link>
      </h2>
      <Button
        className="board-pin"
        size="small"
        type="text"
        icon={item.pinned ? <PushpinFilled /> : <PushpinOutlined />}
        aria-label={`${item.pinned ? t("boards.unpin") : t("boards.pin")}: ${title}`}
        onClick={() => pin.mutate()}
      />
      <p>{format.say(item.description)}</p>
      <div className="board-card-foot">
        <span className="tag">{item.origin === "first" ? t("boards.auto") : t(`boards.theme.${item.theme}` as "boards.theme.own")}</span>
        <span>{t("boards.count", { count: item.panels })}</span>
        {item.has_data ? null : <span className="tag tag-warn">{t("boards.noData")}</span>}
        {item.origin === "made" ? <span>{item.mine ? t("boards.mine") : t("boards.sharedWith")}</span> : null}
      </div>
    </li>
  );
}

function Group({ name, items }: { name: string; items: BoardItem[] }) {
  if (!items.length) return null;
  return (
    <section className="boards-group">
      <h2>{name}</h2>
      <ul className="boards">
        {items.map((item) => (
          <Card key={item.id} item={item} />
        ))}
      </ul>
    </section>
  );
}

/** Show the page. */
export function DashboardsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const search = useSearch({ from: "/desk/metrics/dashboards" });
  const navigate = useNavigate({ from: "/metrics/dashboards" });
  const away = useNavigate();
  const may = useMay("dashboards.write");
  const query = useQuery(boardsOptions());
  const make = useMutation({
    mutationFn: () =>
      makeBoard(
        {
          title: { en: t("boards.newName"), zh: t("boards.newName") },
          description: { en: "", zh: "" },
          theme: "own",
          days: 28,
          compare: "previous",
          filters: [],
          panels: [],
        },
        [],
      ),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: boardKeys.all });
      await away({ to: "/metrics/dashboards/$id", params: { id: made.id }, search: { edit: "1" } });
    },
  });
  const asked = (search.q ?? "").trim().toLowerCase();
  const fits = (item: BoardItem) =>
    !asked || [item.title.en, item.title.zh, item.description[format.language], item.theme].some((text) => text.toLowerCase().includes(asked));
  return (
    <Page
      title={t("boards.title")}
      answer={t("boards.lead")}
      aside={
        may ? (
          <Button type="primary" icon={<PlusOutlined />} loading={make.isPending} onClick={() => make.mutate()}>
            {t("boards.new")}
          </Button>
        ) : null
      }
      filters={
        <Input
          allowClear
          prefix={<SearchOutlined />}
          className="board-search"
          aria-label={t("boards.search")}
          placeholder={t("boards.search")}
          value={search.q ?? ""}
          maxLength={80}
          onChange={(event) => void navigate({ search: event.target.value ? { q: event.target.value } : {}, replace: true })}
        />
      }
    >
      <Shown
        query={query}
        what={t("boards.all")}
        permission="metrics.read"
        skeleton={<Bone height={420} />}
        empty={(data) => (data.items.length === 0 ? <Empty title={t("boards.nothing")} text={t("boards.nothingFix")} /> : null)}
      >
        {(data) => {
          const items = data.items.filter(fits);
          const rest = items.filter((item) => !item.pinned);
          return items.length === 0 ? (
            <Empty title={t("boards.noMatch")} text={t("boards.noMatchFix")} />
          ) : (
            <>
              <Group name={t("boards.pinned")} items={items.filter((item) => item.pinned)} />
              <Group name={t("boards.fromData")} items={rest.filter((item) => item.origin === "first")} />
              <Group name={t("boards.made")} items={rest.filter((item) => item.origin === "made")} />
              <Group name={t("boards.shipped")} items={rest.filter((item) => item.origin === "shipped")} />
            </>
          );
        }}
      </Shown>
    </Page>
  );
}
