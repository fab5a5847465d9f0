/** A model's name without the date of its snapshot: `gpt-5-mini-2025-08-07` is a `gpt-5-mini`. */
export function withoutDate(model: string): string {
  return model.replace(/-\d{4}-\d{2}-\d{2}$/, '');
}
