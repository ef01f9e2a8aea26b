/** Write a recipe: its title and purpose, its steps with what to look for, in order. */

import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { savedOptions } from "@/api/analyses";
import { type RecipeBody, type RecipeFull, type RecipeStep, recipeKeys, STEPS_MOST, saveRecipe } from "@/api/recipes";
import { Panel } from "@/kit/Panel";
import { useFormat } from "@/kit/use";
import { isName, isWhole, moved, sent, worded } from "./recipeShape";

type Props = { start: RecipeBody; base: number; fixed: boolean; done: (saved: RecipeFull) => void; close: () => void };

/** Show the editor. */
export function RecipeEditor({ start, base, fixed, done, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [body, setBody] = useState(start);
  const [reason, setReason] = useState("");
  const { data: saved } = useQuery(savedOptions("all"));
  const save = useMutation({
    mutationFn: () => saveRecipe(sent(body), base, reason.trim()),
    onSuccess: (made) => {
      client.removeQueries({ queryKey: recipeKeys.one(made.name) });
      void client.invalidateQueries({ queryKey: recipeKeys.all, exact: true });
      const told = made.state === "draft" ? t("recipes.savedDraft") : t("recipes.saved", { name: format.say(made.title), version: made.version });
      void message.success(told);
      done(made);
    },
    onError: (error) => void message.error(`${t("recipes.saveFailed")}: ${error.message}`),
  });
  const set = (patch: Partial<RecipeBody>) => setBody((now) => ({ ...now, ...patch }));
  const say = (now: { en: string; zh: string }, text: string) => worded(now, format.language, text);
  const step = (place: number, patch: Partial<RecipeStep>) =>
    set({ steps: body.steps.map((one, index) => (index === place ? { ...one, ...patch } : one)) });
  const add = (id: string) => {
    const one = saved?.items.find((item) => item.id === id);
    if (!one) return;
    const made: RecipeStep = { title: { en: one.name, zh: one.name }, note: { en: "", zh: "" }, kind: one.kind, definition: null, saved: one.id };
    set({ steps: [...body.steps, made] });
  };
  const kindOf = (kind: string | null | undefined) => (kind ? t(`recipes.kind.${kind as "funnel"}`) : "");
  return (
    <Form layout="vertical" requiredMark={false} className="recipe-editor" aria-label={t("recipes.edit")} onFinish={() => save.mutate()}>
      <Panel title={t("recipes.one")}>
        <div className="recipe-words">
          <Form.Item label={t("recipes.titleField")} htmlFor="recipe-title">
            <Input
              id="recipe-title"
              maxLength={120}
              value={body.title[format.language]}
              onChange={(event) => set({ title: say(body.title, event.target.value) })}
            />
          </Form.Item>
          <Form.Item
            label={t("recipes.name")}
            htmlFor="recipe-name"
            {...(body.recipe && !isName(body.recipe) ? { validateStatus: "error" as const } : {})}
            help={t("recipes.nameHint")}
          >
            <Input
              id="recipe-name"
              maxLength={80}
              disabled={fixed}
              value={body.recipe}
              onChange={(event) => set({ recipe: event.target.value.trim().toLowerCase() })}
            />
          </Form.Item>
        </div>
        <Form.Item label={t("recipes.purpose")} htmlFor="recipe-purpose">
          <Input.TextArea
            id="recipe-purpose"
            rows={2}
            maxLength={2000}
            value={body.purpose[format.language]}
            onChange={(event) => set({ purpose: say(body.purpose, event.target.value) })}
          />
        </Form.Item>
      </Panel>
      <Panel title={t("recipes.steps")}>
        <ol className="recipe-edit-steps">
          {body.steps.map((one, index) => (
            <li key={index}>
              <div className="recipe-edit-head">
                <Input
                  aria-label={`${t("recipes.stepTitle")} ${index + 1}`}
                  maxLength={120}
                  value={one.title[format.language]}
                  onChange={(event) => step(index, { title: say(one.title, event.target.value) })}
                />
                <span className="tag">{kindOf(one.kind)}</span>
                <span className="muted">{one.definition ? t("recipes.inline") : t("recipes.named")}</span>
                <Button
                  size="small"
                  type="text"
                  icon={<ArrowUpOutlined />}
                  aria-label={`${t("recipes.up")} ${index + 1}`}
                  disabled={index === 0}
                  onClick={() => set({ steps: moved(body.steps, index, -1) })}
                />
                <Button
                  size="small"
                  type="text"
                  icon={<ArrowDownOutlined />}
                  aria-label={`${t("recipes.down")} ${index + 1}`}
                  disabled={index === body.steps.length - 1}
                  onClick={() => set({ steps: moved(body.steps, index, 1) })}
                />
                <Button
                  size="small"
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={`${t("recipes.remove")} ${index + 1}`}
                  onClick={() => set({ steps: body.steps.filter((_, at) => at !== index) })}
                />
              </div>
              <Input.TextArea
                aria-label={`${t("recipes.note")} ${index + 1}`}
                placeholder={t("recipes.noteHint")}
                autoSize={{ minRows: 2, maxRows: 8 }}
                maxLength={2000}
                value={one.note[format.language]}
                onChange={(event) => step(index, { note: say(one.note, event.target.value) })}
              />
            </li>
          ))}
        </ol>
        {saved && saved.items.length === 0 ? (
          <p className="muted">{t("recipes.noSaved")}</p>
        ) : (
          <Select
            showSearch
            className="recipe-add"
            aria-label={t("recipes.add")}
            placeholder={t("recipes.add")}
            value={null}
            disabled={body.steps.length >= STEPS_MOST}
            optionFilterProp="label"
            options={(saved?.items ?? []).map((one) => ({ value: one.id, label: `${one.name} \u00b7 ${kindOf(one.kind)}` }))}
            onChange={(id: string | null) => id && add(id)}
          />
        )}
      </Panel>
      <div className="recipe-save">
        <Input
          aria-label={t("recipes.reason")}
          placeholder={`${t("recipes.reason")}: ${t("recipes.reasonHint")}`}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <Button onClick={close}>{t("recipes.cancel")}</Button>
        <Button type="primary" htmlType="submit" loading={save.isPending} disabled={!isWhole(body) || !reason.trim()}>
          {t("recipes.save")}
        </Button>
      </div>
    </Form>
  );
}
