/** The pages of the settings in the order they are listed; each at `/settings/<name>`, its words under the same name. */
export const places = ['profile', 'security', 'sessions', 'appearance', 'limits', 'credentials', 'about'] as const;
export type Place = (typeof places)[number];
export const addressOf = (place: Place): string => `/settings/${place}`;
