/// A year in a handful of lines, in the shape of the real files.
enum TinyFolder {
    static let products = """
        product_id,manufacturer_id,department,brand,product_category,product_type,package_size
        11,2,GROCERY,National,FRZN ICE,ICE - CRUSHED/CUBED,22 LB
        12,2,FUEL,National,,,

        """

    static let campaigns = """
        campaign_id,campaign_type,start_date,end_date
        2,Type B,2017-03-12,2017-04-09
        1,Type A,2016-12-28,2017-02-19

        """

    static let redemptions = """
        household_id,coupon_upc,campaign_id,redemption_date
        7,5001,1,2017-01-01
        7,5002,1,2017-01-01
        7,5001,1,2017-01-01
        8,5001,2,2017-03-11
        8,5001,9,2017-03-12
        8,5003,2,2017-03-13

        """

    static let header =
        "household_id,store_id,basket_id,product_id,quantity,sales_value,retail_disc,coupon_disc,"
        + "coupon_match_disc,week,transaction_timestamp\n"

    /// Two baskets on the first local day; one in March that is worth nothing; one on the last evening, which is
    /// already 2018 in UTC.
    static let transactions =
        header + """
            7,30,101,11,2,10.10,0.50,1.00,0.25,1,2017-01-01T11:53:26Z
            7,30,101,12,9000,10.10,0.00,0.00,0.00,1,2017-01-01T11:53:26Z
            7,30,102,99,1,0.01,0.00,0.00,0.00,1,2017-01-02T04:59:59Z
            8,29,103,11,0,0.00,0.00,0.00,0.00,11,2017-03-12T20:00:00Z
            8,30,104,11,1,1000.00,0.00,0.00,0.00,53,2018-01-01T04:59:59Z

            """

    static func make(
        products: String = products, campaigns: String = campaigns, redemptions: String = redemptions,
        transactions: String = transactions
    ) throws -> ScratchFolder {
        let folder = try ScratchFolder()
        try folder.write("products.csv", products)
        try folder.write("campaign_descriptions.csv.gz", gzip(campaigns.utf8))
        try folder.write("coupon_redemptions.csv", redemptions)
        try folder.write("transactions.csv.gz", gzip(transactions.utf8))
        return folder
    }
}
