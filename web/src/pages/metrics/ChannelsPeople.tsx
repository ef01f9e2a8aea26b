/** The people who book through distribution and could book direct, one page after the other. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { fetchPeople, type People } from "@/api/channels";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Bone, Empty, Shown } from "@/kit/states";
import type { Format } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { REACHES } from "./shift";

type Props = { period: string; who: string | undefined; format: Format; close: () => void };

/** Show the people of a group, or nothing while none is chosen. */
export function MovablePeople({ period, who, format, close }: Props) {
  const { t } = useTranslation();
  const reach = REACHES.find((name) => name === who);
  const open = reach !== undefined || who === "private";
  const title = reach ? t(`reach.value.${reach}`) : t("channels.privateOnly");
  return (
    <SidePane open={open} title={t("channels.peopleTitle", { reach: title })} close={close} width={680} testid="movable-people">
      {open ? <List key={who} period={period} reach={reach ?? ""} only={who === "private"} format={format} /> : null}
    </SidePane>
  );
}

function List({ period, reach, only, format }: { period: string; reach: string; only: boolean; format: Format }) {
  const { t } = useTranslation();
  const channel = useValueName();
  const query = useInfiniteQuery({
    queryKey: ["movable-people", period, reach, only],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => fetchPeople({ period, reach, channel: "", private: only, limit: 50, cursor: pageParam }, signal),
    getNextPageParam: (last: People) => last.next,
  });
  return (
    <Shown
      query={query}
      what={t("channels.people")}
      permission="people.see"
      skeleton={<Bone height={380} />}
      empty={(data) => (data.pages[0]?.items.length ? null : <Empty title={t("channels.noPeople")} text={t("channels.noPeopleFix")} />)}
    >
      {(data) => (
        <>
          <Sheet
            label={t("channels.people")}
            rows={data.pages.flatMap((page) => page.items)}
            rowKey={(row) => row.did}
            columns={[
              {
                key: "name",
                title: t("channels.person"),
                cell: (row) => (
                  <Link to="/people/$did" params={{ did: row.did }}>
                    {row.name}
                  </Link>
                ),
              },
              { key: "orders", title: t("channels.orders"), number: true, cell: (row) => format.count(row.orders) },
              { key: "booked", title: t("channels.booked"), number: true, cell: (row) => format.brief(row.booked, "money") },
              {
                key: "where",
                title: t("channels.where"),
                cell: (row) =>
                  row.channels
                    .split(", ")
                    .map((name) => channel("sales_channel", name))
                    .join(", "),
              },
              { key: "last", title: t("channels.lastBooked"), cell: (row) => (row.last_booked ? format.day(row.last_booked) : "\u2014") },
            ]}
          />
          {query.hasNextPage ? (
            <div className="pane-foot">
              <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {t("channels.more")}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </Shown>
  );
}
