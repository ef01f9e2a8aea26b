/** Notes on dates: what happened, as flags on every course of that time. */

import { DeleteOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, DatePicker, Form, Input } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { addNote, type DateNote, dropNote } from "@/api/boards";
import { SidePane } from "@/kit/SidePane";
import { ErrorPanel } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";

type Props = { open: boolean; notes: DateNote[]; last: string; close: () => void };

/** Show the drawer. */
export function DateNotes({ open, notes, last, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const may = useMay("dashboards.write");
  const [form] = Form.useForm<{ date: dayjs.Dayjs; text: string }>();
  const again = () => client.invalidateQueries({ queryKey: ["board-data"] });
  const add = useMutation({
    mutationFn: (said: { date: dayjs.Dayjs; text: string }) => addNote(said.date.format("YYYY-MM-DD"), said.text),
    onSuccess: async () => {
      form.setFieldValue("text", "");
      await again();
    },
  });
  const remove = useMutation({ mutationFn: dropNote, onSuccess: again });
  return (
    <SidePane open={open} title={t("boards.notes")} close={close} width={420} testid="date-notes">
      <p className="pane-about">{t("boards.notesLead")}</p>
      {may ? (
        <Form form={form} layout="vertical" requiredMark={false} initialValues={{ date: dayjs(last) }} onFinish={(said) => add.mutate(said)}>
          {add.error ? <ErrorPanel error={add.error} what={t("boards.notes")} /> : null}
          <Form.Item name="date" label={t("period.date")} rules={[{ required: true }]}>
            <DatePicker allowClear={false} format={format.language === "zh" ? "YYYY-MM-DD" : "D MMM YYYY"} />
          </Form.Item>
          <Form.Item
            name="text"
            label={t("boards.noteText")}
            rules={[{ required: true, whitespace: true, message: t("form.required", { field: t("boards.noteText") }) }]}
          >
            <Input maxLength={300} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={add.isPending}>
            {t("boards.addNote")}
          </Button>
        </Form>
      ) : null}
      <ul className="board-notes">
        {notes.map((note) => (
          <li key={note.id}>
            <strong>{format.day(note.date)}</strong> {note.text} <span className="muted">{note.author}</span>
            {note.mine ? (
              <Button
                size="small"
                type="text"
                icon={<DeleteOutlined />}
                aria-label={`${t("boards.dropNote")}: ${note.text}`}
                onClick={() => remove.mutate(note.id)}
              />
            ) : null}
          </li>
        ))}
        {notes.length === 0 ? <li className="muted">{t("boards.noNotes")}</li> : null}
      </ul>
    </SidePane>
  );
}
