CREATE TABLE `log_lines` (
	`id` integer PRIMARY KEY NOT NULL,
	`timestamp` integer NOT NULL,
	`level` text NOT NULL,
	`level_place` integer NOT NULL,
	`message` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `log_lines_notable` ON `log_lines` (`level`,`id`) WHERE "log_lines"."level" IN ('warning', 'error');--> statement-breakpoint
CREATE TABLE `log_runs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_uuid` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `log_runs_run_uuid_unique` ON `log_runs` (`run_uuid`);--> statement-breakpoint
CREATE TABLE `planned_deletions` (
	`id` integer PRIMARY KEY NOT NULL,
	`path` blob NOT NULL
);
