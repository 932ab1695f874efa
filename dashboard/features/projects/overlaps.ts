/** How long old keys may be accepted beside new ones: hours, and what people call them. */
export const OVERLAPS = {
  usual: 24,
  choices: [
    [0, "not at all: they stop working at once"],
    [1, "for an hour"],
    [24, "for a day"],
    [168, "for a week"],
    [720, "for 30 days"],
  ],
} as const;
