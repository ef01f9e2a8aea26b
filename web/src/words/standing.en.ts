/** The words of where buyers stand in English. */

export const standingEn = {
  standing: {
    page: "Where do our buyers stand?",
    answer: "{{month}}: {{share}} are important-value customers; {{lost}} of those who were active the month before are lost.",
    none: "No month is frozen yet",
    noneText: "Each night the months that are over are frozen, two days after their end. To do it now: windsock standing freeze.",
    month: "Month",
    buyers: "Buyers",
    important: "Important-value customers",
    lost: "Lost in the month",
    course: "Against the aims",
    courseHint:
      "Important-value customers are to be 20 % or more. Lost: of those who were active the month before, who has now been away for three of their own usual intervals.",
    classes: "RFM classes",
    classesHint:
      "Shares of the buyers of the months that the rules look at. A frozen month does not change, so that nobody moves because a mean did.",
    cell: "{{month}}: {{share}}, people: {{people}}",
    cuts: "Recent: at most so many days ago: {{days}}; often: orders above {{orders}}; much: money of an order above {{money}} (rules of version {{version}}).",
    moves: "Stages of life, and where people came from",
    movesHint:
      "A row is the stage at the end of the month before, a column that of this month; shares of the row. A stage counts days away in a buyer's own usual intervals.",
    before: "Month before",
    now: "This month",
    first: "Not a buyer yet, or not known",
    move: "{{stage}}, people: {{people}}",
    stage: { new: "New", growing: "Growing", mature: "Mature", dozing: "Dozing", at_risk: "At risk", lost: "Lost" },
    people: "People",
    who: "Who",
    class: "Class",
    stageWord: "Stage",
    days: "Days away",
    gap: "Usually",
    money: "Money",
    of: "{{shown}} of {{total}}",
    more: "More",
  },
};
