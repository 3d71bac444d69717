CREATE TABLE `e` (
	`dir` integer NOT NULL,
	`name` blob NOT NULL,
	`size` integer NOT NULL,
	`mtime_ns` integer NOT NULL,
	`ctime_ns` integer,
	`ino` integer,
	`sha256` blob,
	`remote_size` integer NOT NULL,
	`remote_hash_kind` text,
	`remote_hash` blob,
	`remote_tag` text,
	`remote_id` text,
	`remote_mtime_ns` integer,
	PRIMARY KEY(`dir`, `name`),
	FOREIGN KEY (`dir`) REFERENCES `d`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `d` (
	`id` integer PRIMARY KEY NOT NULL,
	`chain` integer NOT NULL,
	`path` blob NOT NULL,
	FOREIGN KEY (`chain`) REFERENCES `chains`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `d_path` ON `d` (`chain`,`path`);--> statement-breakpoint
CREATE TABLE `chains` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`job_uuid` text NOT NULL,
	`destination_id` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `chains_of` ON `chains` (`job_uuid`,`destination_id`);--> statement-breakpoint
CREATE TABLE `uploads` (
	`chain` integer NOT NULL,
	`path` blob NOT NULL,
	`fingerprint` text NOT NULL,
	`state` text NOT NULL,
	`saved_at` integer NOT NULL,
	PRIMARY KEY(`chain`, `path`),
	FOREIGN KEY (`chain`) REFERENCES `chains`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `uploads_saved` ON `uploads` (`saved_at`);