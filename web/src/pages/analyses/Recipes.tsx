/** All recipes: those that were saved here, and those that ship. */

import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { type RecipeItem, recipesOptions } from "@/api/recipes";
import { Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { NEW_RECIPE } from "./recipeShape";
import "./recipes.css";

function List({ title, items }: { title: string; items: RecipeItem[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!items.length) return null;
  return (
    <Panel title={title}>
      <ul className="recipes">
        {items.map((one) => (
          <li key={one.name}>
            <Link to="/analyse/recipes/$name" params={{ name: one.name }} search={{}}>
              {format.say(one.title)}
            </Link>
            <span className="muted">
              {[
                t("recipes.count", { count: one.steps }),
                ...(one.state === "draft" ? [t("recipes.draft")] : one.newest > one.version ? [t("recipes.waits", { version: one.newest })] : []),
                ...(one.changed ? [format.instant(one.changed)] : []),
              ].join(" \u00b7 ")}
            </span>
            <p>{format.say(one.purpose)}</p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Show the page. */
export function RecipesPage() {
  const { t } = useTranslation();
  const may = useMay("definitions.write");
  const query = useQuery(recipesOptions());
  const anew = may ? (
    <Link to="/analyse/recipes/$name" params={{ name: NEW_RECIPE }} search={{ edit: "1" }}>
      <Button icon={<PlusOutlined aria-hidden />}>{t("recipes.new")}</Button>
    </Link>
  ) : null;
  return (
    <Page title={t("recipes.title")} answer={t("recipes.lead")} aside={anew}>
      <Shown
        query={query}
        what={t("recipes.what")}
        permission="metrics.read"
        skeleton={<Bone height={240} />}
        empty={(data) => (data.items.length ? null : <Empty title={t("recipes.noneTitle")} text={t("recipes.noneText")} action={anew} />)}
      >
        {(data) => (
          <div data-testid="recipes">
            <List title={t("recipes.made")} items={data.items.filter((one) => one.origin === "made")} />
            <List title={t("recipes.shipped")} items={data.items.filter((one) => one.origin === "shipped")} />
          </div>
        )}
      </Shown>
    </Page>
  );
}
