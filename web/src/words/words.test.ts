import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { en } from "./en";
import { i18next } from "./index";
import { zh } from "./zh";

const SOURCE = join(import.meta.dirname, "..");
const CJK = /[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/;

function leaves(tree: object, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[path + key, value] as [string, string]] : leaves(value as object, `${path}${key}.`),
  );
}
function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}
const shipped = join(SOURCE, "../../src/windsock/metrics/library");
const library = readdirSync(shipped).flatMap((kind) => readdirSync(join(shipped, kind)).map((name) => join(shipped, kind, name)));
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe("words", () => {
  const chinese = new Map(leaves(zh));
  const english = new Map(leaves(en));
  it("have the same keys, none empty", () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
    for (const [key, text] of [...english, ...chinese]) expect(text.trim(), key).not.toBe("");
  });
  it("fill in the same values in both languages", () => {
    for (const [key, text] of chinese) expect(holes(english.get(key) ?? ""), key).toEqual(holes(text));
  });
  it("say one thing of one and several of several", () => {
    const plural = /\{\{(\w+), plural\(one: [^;(){}]+; other: [^;(){}]+\)\}\}/g;
    for (const [key, text] of [...english, ...chinese]) {
      for (const [, name] of text.matchAll(plural)) expect(holes(text), key).toContain(name);
      expect(text.replaceAll(plural, ""), key).not.toMatch(/plural\(|\w\(s\)(?<!Timestamp \(s\)|again \(s\))/);
    }
    // A number before a word of several is a phrase that is wrong for one of them.
    const several =
      /\{\{\w+\}\} (?:\w+ )?(?:members|events|rows|ids|sources|days|people|orders|targets|owners|lines|pairs|visits|groups|panels|trips|figures|points|metrics|tokens|keys|roles|rights|columns|duplicates|bookings|changes|versions|items|places)\b/;
    for (const [key, text] of english) expect(text, key).not.toMatch(several);
    expect(i18next.t("rows.count", { lng: "en", count: 1 })).toBe("1 row");
    expect(i18next.t("targets.answer", { lng: "en", behind: "1", all: "2", worst: "UV" })).toBe("1 of 2 targets is behind; the furthest is UV.");
  });
  it("are not English in Chinese nor Chinese in English", () => {
    for (const [key, text] of english) expect(CJK.test(text), key).toBe(false);
    for (const [key, text] of chinese) expect(CJK.test(text) || /^(Windsock|windsock .*)$/.test(text), key).toBe(true);
  });
  it("name whatever the library's metrics are made with", () => {
    const texts = library.map((path) => readFileSync(path, "utf8"));
    expect(texts.length).toBeGreaterThan(100);
    const missing = ["class", "scope", "unit", "direction", "owner", "additivity", "clock"].flatMap((field) =>
      texts
        .map((text) => `${field}.${new RegExp(`^${field}: (.+)$`, "m").exec(text)?.[1]?.trim().replaceAll(" ", "_")}`)
        .filter((key) => !chinese.has(key)),
    );
    expect([...new Set(missing)]).toEqual([]);
  });
  it("stand in words/ only", () => {
    const strays = files(SOURCE).filter((path) => !path.includes("/words/") && !path.includes(".test.") && CJK.test(readFileSync(path, "utf8")));
    expect(strays).toEqual([]);
  });
  it("are all in use", () => {
    const text = files(SOURCE)
      .filter((path) => !path.includes("/words/"))
      .map((path) => readFileSync(path, "utf8"))
      .join("\n");
    const built =
      "class field value owner branch factor unit clock use scope direction additivity role order state period change above below reason flag rule type kind states aggregates uses theme grain cadence weekday amount ops orders counts trends joins leaf hasId ids counted anchors repeat model modelHint measure measureHint list half pairs ofs binsOf length measures grains compares stage about moneyKinds moneyTold answer told startKinds startsKinds ageKinds views curve why yes no given cuts scored sideKinds side monetaryKinds scoreKinds of in withinKinds sources cancelledKinds bys baskets all ref togetherIn tells family only cellOf range apart steady driven figures bucketOf seasonOf strengths missingWhy pattern weekdays far quiet beside averageBucket show none severity label do was_true was_false was_expected was_data_fault hours hint shownWhich move happened make question day stand trouble toward against steps windows shown span kindHint from moves act actText dayKind check part partHint standing verdict outcome ramp actions ways wheres besides diff parts refused verdictWhy choice joint run rejected mode uploadState plain";
    const open = new Set(built.split(" "));
    const unused = [...chinese.keys()].filter((key) => !key.split(".").some((part) => open.has(part)) && !text.includes(key));
    expect(unused).toEqual([]);
  });
});
